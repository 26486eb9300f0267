using Microsoft.Win32.SafeHandles;
using MLNetGen.Weights.Matlab;
using MLNetGen.Weights.PyTorch;

namespace MLNetGen.Weights;

/// <summary>An open file of weights: which tensors it holds and where.</summary>
internal sealed class WeightsFile : IDisposable
{
    private static readonly string[] WrapperPrefixes = ["module.", "_orig_mod."];
    private readonly IDisposable[] owned;

    /// <param name="format">What it is, in words.</param>
    /// <param name="tensors">In the order of their bytes, where that is known.</param>
    /// <param name="owned">What is closed with it.</param>
    public WeightsFile(string format, IReadOnlyList<StoredTensor> tensors, params IDisposable[] owned)
    {
        Format = format;
        Tensors = WithoutPrefix(tensors);
        this.owned = owned;
        string? twice = Tensors.GroupBy(tensor => tensor.Name).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null) throw Damage.CutOff($"it holds two tensors named '{twice}'");
    }

    public string Format { get; }

    public IReadOnlyList<StoredTensor> Tensors { get; }

    /// <summary>Opens a file of any format that is read here. The content says which.</summary>
    /// <exception cref="BadWeightsException">It is none, or a damaged one.</exception>
    public static WeightsFile Open(string path)
    {
        SafeFileHandle file = File.OpenHandle(path, options: FileOptions.RandomAccess);
        try
        {
            return Open(file);
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        foreach (IDisposable part in owned) part.Dispose();
    }

    private static WeightsFile Open(SafeFileHandle file)
    {
        byte[] start = new byte[Math.Min(FileStart.Length, RandomAccess.GetLength(file))];
        new FileBytes(file, 0, start.Length).Read(0, start);
        // Before the others: it begins with its header's length, which may look like anything (640 like a pickle).
        if (FileStart.IsSafeTensors(start)) return SafeTensors.Open(file);
        if (FileStart.IsZip(start)) return PyTorchZip.Open(file);
        if (FileStart.IsPickle(start)) return PyTorchOldFile.Open(file);
        if (FileStart.IsMatlab5(start)) return MatFile.Open(file);
        if (FileStart.IsOnnx(start)) return OnnxInitializers.Open(file);
        throw FileStart.Unknown(start);
    }

    // torch.nn.DataParallel and torch.compile put their own name before every tensor's.
    private static IReadOnlyList<StoredTensor> WithoutPrefix(IReadOnlyList<StoredTensor> tensors)
    {
        foreach (string prefix in WrapperPrefixes)
        {
            if (tensors.Count > 0 && tensors.All(tensor => tensor.Name.StartsWith(prefix, StringComparison.Ordinal)))
                tensors = [.. tensors.Select(tensor => tensor.Named(tensor.Name[prefix.Length..]))];
        }

        return tensors;
    }
}
