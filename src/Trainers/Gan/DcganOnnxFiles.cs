using System.Globalization;
using MLNetGen.Export;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Gan;

/// <summary>A GAN's ONNX files, in a folder of their own that goes with this object: ML.NET reads a model's file again when it saves it.</summary>
internal sealed class DcganOnnxFiles : IDisposable
{
    // Relative to the largest output: rounding between two engines, many times over, and nothing else.
    private const double Tolerance = 1e-3;

    // A pixel on the border between two of 255 levels may be rounded either way.
    private const double OneLevel = 1.01 / 255;

    private const string GeneratorName = "generator.onnx", DiscriminatorName = "discriminator.onnx";

    private readonly TemporaryFolder folder = new();

    /// <summary>z → pixels in [0, 1].</summary>
    public string Generator => folder.File(GeneratorName);

    /// <summary>Pixels in [0, 1] → the probability that they are a real picture's.</summary>
    public string Discriminator => folder.File(DiscriminatorName);

    /// <summary>The generator as the pipeline holds it: standard normal z → planes for ConvertToImage.</summary>
    public string PipelineGenerator => folder.File("pipeline-generator.onnx");

    /// <summary>The discriminator as the pipeline holds it.</summary>
    public string PipelineDiscriminator => folder.File("pipeline-discriminator.onnx");

    /// <summary>The greatest difference between a file and its module, by absolute value.</summary>
    public double Parity { get; private set; }

    /// <summary>Writes all files and holds them against the modules, in ONNX Runtime.</summary>
    /// <exception cref="InvalidOperationException">The files do not compute what the modules do.</exception>
    public static DcganOnnxFiles Export(GanRecipe recipe, Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator)
    {
        DcganOnnxFiles files = new();
        try
        {
            files.Write(recipe, generator, discriminator);
            return files;
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <summary>Copies what other ONNX consumers want.</summary>
    public void CopyTo(string target)
    {
        foreach (string name in (string[])[GeneratorName, DiscriminatorName])
            SafeFile.WriteAllBytes(Path.Combine(target, name), File.ReadAllBytes(folder.File(name)));
    }

    public void Dispose() => folder.Dispose();

    private void Write(GanRecipe recipe, Module<Tensor, Tensor> generator, Module<Tensor, Tensor> discriminator)
    {
        using var scope = NewDisposeScope();
        Tensor latent = zeros(1, recipe.Shape.LatentDimension), pixels = zeros(1, recipe.Shape.Channels, recipe.Shape.Size, recipe.Shape.Size);
        Write(new Layers(generator, new Scale(0.5, 0.5)), latent, Generator, DcganColumns.Latent, DcganColumns.OnnxPixels);
        Write(new Layers(new Scale(2, -1), discriminator, Sigmoid()), pixels, Discriminator, DcganColumns.OnnxPixels, DcganColumns.Realness);
        Module<Tensor, Tensor> draw = recipe.UniformLatent ? new NormalToUniform() : Identity();
        Write(new Layers(draw, generator, new Scale(0.5, 0.5), new PicturePlanes()), latent, PipelineGenerator, DcganColumns.Latent, DcganColumns.Planes, OneLevel);
        Write(new Layers(new Scale(2, -1), discriminator, Sigmoid()), pixels, PipelineDiscriminator, DcganColumns.Pixels, DcganColumns.Realness);

        void Write(ExportableModule module, Tensor example, string path, string input, string output, double tolerance = Tolerance)
        {
            string part = Path.GetFileNameWithoutExtension(path);
            OnnxExporter.Export(module, example, path, new OnnxExportOptions
            {
                ModelName = part,
                InputNames = [input],
                OutputNames = [output],
                Metadata = new Dictionary<string, string>
                {
                    ["family"] = "gan",
                    ["part"] = part,
                    ["version"] = typeof(DcganTrainer).Assembly.GetName().Version!.ToString(3),
                    ["network"] = recipe.Network.ToString(),
                    ["latentDimension"] = recipe.Shape.LatentDimension.ToString(CultureInfo.InvariantCulture),
                    ["latent"] = recipe.UniformLatent && path == Generator ? "uniform -1,1" : "normal 0,1",
                    ["pixelRange"] = "0,1",
                },
            });
            OnnxParity parity = OnnxCheck.CompareRandom(module, path, example);
            if (!parity.IsWithin(tolerance))
                throw new InvalidOperationException($"ONNX Runtime and the {part} disagree ({parity}), beyond {tolerance} of the largest output.");
            if (tolerance == Tolerance)
                Parity = Math.Max(Parity, parity.MaximumAbsoluteError);
        }
    }

    /// <summary>Layers one after the other, borrowed: they stay their owner's, and where they are.</summary>
    private sealed class Layers : Module<Tensor, Tensor>
    {
        private readonly Module<Tensor, Tensor>[] layers;

        public Layers(params Module<Tensor, Tensor>[] layers)
            : base(nameof(Layers))
        {
            this.layers = layers;
            for (int i = 0; i < layers.Length; i++)
                register_module(i.ToString(CultureInfo.InvariantCulture), layers[i]);
        }

        public override Tensor forward(Tensor input) => layers.Aggregate(input, (x, layer) => layer.call(x));
    }
}
