using System.Security.Cryptography;
using System.Text;
using MLNetGen.Evaluation;
using MLNetGen.Export;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>A network from an ONNX file, of any form; its layers are values between its nodes.</summary>
internal sealed class OnnxLossNetwork : LossNetwork
{
    // Where a size ends, and how deep style is compared unless asked otherwise: strokes are no larger.
    private const int StyleDepth = 4, ProbeSide = 64;

    private readonly OnnxModule network;
    private readonly PixelConvention convention;
    private readonly IReadOnlyDictionary<string, string> valueOfLayer;
    private readonly int multiple;
    private readonly Lazy<string> hash;

    private OnnxLossNetwork(
        string path, string description, OnnxModule network, PixelConvention convention, IReadOnlyList<(string Layer, string Value)> layers, string content, IReadOnlyList<string> style,
        int multiple = 1)
    {
        this.multiple = multiple;
        Description = description;
        this.network = network;
        this.convention = convention;
        valueOfLayer = layers.ToDictionary(layer => layer.Layer, layer => layer.Value);
        Layers = [.. layers.Select(layer => layer.Layer)];
        DefaultContentLayer = content;
        DefaultStyleLayers = style;
        hash = new(() => HashOf(path, convention));
        foreach (Parameter parameter in network.parameters()) parameter.requires_grad = false;
    }

    public override string Description { get; }

    public override string WeightsHash => hash.Value;

    public override IReadOnlyList<string> Layers { get; }

    public override string DefaultContentLayer { get; }

    public override IReadOnlyList<string> DefaultStyleLayers { get; }

    // Five halvings leave 1 pixel of it.
    public override int SmallestSide => 32;

    public override StyleWeights? PublishedWeights => null;

    /// <summary>
    /// The ResNet-18 of ML.NET's package: <c>conv1</c> and <c>stage1</c> to <c>stage4</c>, each behind its last rectifier. Its mean picture, which is one of 224×224,
    /// is the mean pixel here, since pictures may have any size.
    /// </summary>
    /// <param name="path">Of <see cref="ResNet18File"/>.</param>
    public static OnnxLossNetwork ResNet18(string path)
    {
        (string, string)[] layers =
        [
            ("conv1", "ReLU253_Output_0"), ("stage1", "ReLU283_Output_0"), ("stage2", "ReLU315_Output_0"), ("stage3", "ReLU347_Output_0"), ("stage4", "ReLU393_Output_0"),
        ];
        // The file is made for one picture of one size, at which the tests hold it against ONNX Runtime. Of an odd number of rows its two ways through a block keep
        // different ones, which do not add.
        OnnxModule network = OnnxModule.Load(path, new() { Check = false });
        return new(path, "ResNet-18 of ImageNet", network, PixelConvention.LessMean([123.15, 115.90, 103.06], blueFirst: true), layers, "stage1", ["conv1", "stage1", "stage2", "stage3"], multiple: 32);
    }

    /// <summary>
    /// Any network that takes pictures as torchvision's do: [N, 3, H, W], RGB in [0, 1] less the mean, over the deviation. Its layers are its maps by their names in the
    /// file; style is compared in the last of each of the first four sizes, content in the second of these.
    /// </summary>
    /// <exception cref="InvalidDataException">It takes other than pictures, or makes no maps of several sizes.</exception>
    /// <exception cref="NotSupportedException">An operation of it has no form in TorchSharp.</exception>
    public static OnnxLossNetwork Open(string path)
    {
        OnnxModule network = OnnxModule.Load(path);
        try
        {
            (string Name, long Side)[] maps = MapsOf(network, path);
            string[] last = [.. maps.GroupBy(map => map.Side).OrderByDescending(size => size.Key).Select(size => size.Last().Name).Take(StyleDepth)];
            if (last.Length < 2)
                throw new InvalidDataException($"'{path}' makes maps of {(last.Length == 0 ? "no" : "one")} size only; a loss network sees a picture at several. Give a network that classifies pictures: a ResNet, a VGG.");
            return new(path, $"the network of {Path.GetFileName(path)}", network, PixelConvention.Torchvision(), [.. maps.Select(map => (map.Name, map.Name))], last[1], last);
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    public override IReadOnlyDictionary<string, Tensor> Features(Tensor pixels, IReadOnlyCollection<string> layers)
    {
        Check(pixels, layers);
        using var scope = NewDisposeScope();
        string[] wanted = [.. layers.Distinct()];
        (long height, long width) = (pixels.shape[2], pixels.shape[3]);
        Tensor x = convention.Apply(pixels);
        (long below, long beside) = (Missing(height), Missing(width));
        if (below + beside > 0) x = nn.functional.pad(x, [0, beside, 0, below], PaddingModes.Reflect);
        Tensor[] values = network.Values(x, [.. wanted.Select(layer => valueOfLayer[layer])]);
        return wanted.Zip(values).ToDictionary(pair => pair.First, pair => Own(pair.Second).MoveToOuterDisposeScope());

        // Without what was added.
        Tensor Own(Tensor map) => map.narrow(2, 0, Places(height, below, map.shape[2])).narrow(3, 0, Places(width, beside, map.shape[3]));

        static long Places(long pixels, long added, long places) => added == 0 ? places : (pixels * places + pixels + added - 1) / (pixels + added);
    }

    public override void To(Device device)
    {
        convention.To(device);
        network.to(device);
    }

    protected override void Dispose(bool disposing)
    {
        if (!disposing) return;
        convention.Dispose();
        network.Dispose();
    }

    private long Missing(long pixels) => (multiple - pixels % multiple) % multiple;

    // By what one picture gives: a file need not tell its shapes.
    private static (string Name, long Side)[] MapsOf(OnnxModule network, string path)
    {
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        if (network.InputNames.Count != 1)
            throw new InvalidDataException($"'{path}' has {network.InputNames.Count} inputs; a loss network takes one, of pictures.");
        Tensor probe = zeros(1, 3, ProbeSide, ProbeSide);
        string[] names = [.. network.ValueNames.Skip(1)];
        return [.. names.Zip(ValuesOf(network, probe, names)).Where(value => IsMap(value.Second)).Select(value => (value.First, value.Second.shape[2]))];

        static bool IsMap(Tensor value) => value.ndim == 4 && value.shape[2] > 1 && value.shape[3] == value.shape[2] && value.is_floating_point();
    }

    // All at once; where something is for pictures of one size alone, one after another until there: what comes before is enough.
    private static IEnumerable<Tensor> ValuesOf(OnnxModule network, Tensor probe, string[] names)
    {
        try
        {
            return network.Values(probe, names);
        }
        catch (InvalidOperationException)
        {
            return names.Select(name => ValueOf(network, probe, name)).TakeWhile(value => value is not null).OfType<Tensor>();
        }
    }

    private static Tensor? ValueOf(OnnxModule network, Tensor probe, string name)
    {
        try
        {
            return network.Values(probe, name)[0];
        }
        catch (InvalidOperationException)
        {
            return null;
        }
    }

    private static string HashOf(string path, PixelConvention convention)
    {
        using FileStream file = File.OpenRead(path);
        byte[] content = SHA256.HashData(file);
        return Convert.ToHexStringLower(SHA256.HashData([.. Encoding.UTF8.GetBytes(convention.ToString()), .. content]));
    }
}
