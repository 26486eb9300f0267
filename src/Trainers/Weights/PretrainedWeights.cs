using MLNetGen.Weights;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// Published weights: named tensors in a file of PyTorch's (<c>.pth</c>; the zip layout and the older one before 1.6), a
/// safetensors file, what TorchSharp's <c>save</c> writes (<c>.dat</c>), a network of MatConvNet's (<c>.mat</c>, MATLAB 5) or an ONNX
/// model. The content says which; an extension may say anything.
/// </summary>
/// <remarks>
/// Nothing that a file asks for is ever run: pickles are read by a machine that knows tensors, containers and numbers, and
/// refuses every other name. Tensors are read when they are asked for, and compared with the checksum that a <c>.pth</c> file of PyTorch's zip layout stores
/// with them; the other formats store none. One thread at a time.
/// </remarks>
/// <example><code>PretrainedWeights.Load("alexnet.pth", network, new() { Skip = ["classifier.6"] });</code></example>
public sealed class PretrainedWeights : IDisposable
{
    private readonly WeightsFile file;
    private readonly Dictionary<string, StoredTensor> byName;

    private PretrainedWeights(string path, WeightsFile file)
    {
        Path = path;
        this.file = file;
        byName = file.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        foreach (StoredTensor tensor in file.Tensors) byName.TryAdd(tensor.NameInFile, tensor);
        Tensors = [.. file.Tensors.Select(tensor => new PretrainedTensor(tensor.Name, tensor.Shape, tensor.Type))];
    }

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>What it is, in words.</summary>
    public string Format => file.Format;

    /// <summary>
    /// What it holds. Of a training script's checkpoint, the weights alone; without the parts <c>module.</c> and
    /// <c>_orig_mod.</c>, which PyTorch's wrappers put before the names of what they wrap: at the beginning, or within (<c>features.module.0.weight</c>). Of a MatConvNet network, each layer's
    /// <c>name.weight</c> [out, in, height, width] and <c>name.bias</c>, and <c>normalization.averageImage</c> [channels, height, width];
    /// of batch normalisation <c>name.weight</c> [channels], <c>name.bias</c> and <c>name.moments</c> [2, channels], means before deviations.
    /// Of an ONNX model, its initialisers.
    /// </summary>
    /// <remarks>
    /// MATLAB's axes are turned round. A kernel is taken for [width, height, in, out], the axes that <c>scipy.io.loadmat</c> shows, which is
    /// how the usual readers of imagenet-vgg-verydeep-19.mat take it: element [o, i, h, w] here is its <c>k[w, h, i, o]</c>. The mean
    /// picture likewise: [c, h, w] here is its <c>a[w, h, c]</c>. A file does not say which axis comes first. Of one with the height
    /// first, as newer versions of MatConvNet's import-caffe.py write it, the last two axes come out swapped; transpose them.
    /// </remarks>
    public IReadOnlyList<PretrainedTensor> Tensors { get; }

    /// <summary>Opens a file and finds its tensors; reads none.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no file of weights, a damaged one, or one that asks to run something; names the file and what is wrong.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static PretrainedWeights Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no file '{path}' with weights", path);
        return new(path, Damage.Named(path, () => WeightsFile.Open(path)));
    }

    /// <summary>Opens a file, copies its tensors into a network and closes it; see <see cref="CopyTo"/>.</summary>
    /// <param name="path">The file.</param>
    /// <param name="network">What gets the weights.</param>
    /// <param name="options">Other names, and layers that keep their own values. Null: every tensor must fit.</param>
    /// <returns>The tensors of the network that now have the file's values, in the file's order.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">It is no file of weights, or its tensors do not fit the network.</exception>
    /// <exception cref="ArgumentException">A layer to skip is none of the network's.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlyList<string> Load(string path, nn.Module network, PretrainedWeightsOptions? options = null)
    {
        using PretrainedWeights weights = Open(path);
        return weights.CopyTo(network, options);
    }

    /// <summary>
    /// Copies the tensors into a network's parameters and buffers of the same names and shapes, on whatever device they are.
    /// Floating ones may be of another floating type in the network: each value is rounded once, from the file's type to the
    /// network's, and is exact where they are the same; whole numbers must be of the same type. Either all are copied or, if anything does not fit or cannot be read, none.
    /// </summary>
    /// <param name="network">What gets the weights.</param>
    /// <param name="options">Other names, and layers that keep their own values. Null: every tensor must fit.</param>
    /// <returns>The tensors of the network that now have the file's values, in the file's order.</returns>
    /// <remarks>
    /// Takes as much memory as the weights have, beside the network's own. A file or a network may lack BatchNorm's
    /// <c>num_batches_tracked</c>, as files from before PyTorch 0.4.1 do, and one of another type or shape is left. Where the file's names fit once a prefix is taken off them
    /// (<c>model.</c>, which training frameworks put before a network's), and one prefix alone does that, it is; <see cref="PretrainedWeightsOptions.Log"/> is told.
    /// </remarks>
    /// <exception cref="InvalidDataException">Tensors are missing, left over or of another shape or type (named, with both), or the file is damaged.</exception>
    /// <exception cref="ArgumentException">A layer to skip is none of the network's.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public IReadOnlyList<string> CopyTo(nn.Module network, PretrainedWeightsOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        return Damage.Named(Path, () => WeightCopy.Run(Path, file.Tensors, network, options ?? new()));
    }

    /// <summary>Whether there is a tensor of this name.</summary>
    /// <param name="name">As in <see cref="Tensors"/>.</param>
    public bool Contains(string name) => byName.ContainsKey(name);

    /// <summary>Reads one tensor; the caller disposes of it.</summary>
    /// <param name="name">As in <see cref="Tensors"/>.</param>
    /// <returns>On the CPU, row-major; every floating type as float32, others as they are.</returns>
    /// <exception cref="KeyNotFoundException">There is no tensor of this name.</exception>
    /// <exception cref="InvalidDataException">The file is damaged.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public Tensor Read(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (!byName.TryGetValue(name, out StoredTensor? stored))
            throw new KeyNotFoundException($"'{Path}' holds no tensor '{name}'; it has {WeightCopy.Some(byName.Keys)}");
        return Damage.Named(Path, stored.ReadAsFloat);
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => file.Dispose();
}
