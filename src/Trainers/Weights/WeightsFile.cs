using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MLNetGen.Weights;

/// <summary>An open file of weights: which tensors it holds and where.</summary>
internal sealed class WeightsFile : IDisposable
{
    // torch.nn.DataParallel and torch.compile put these before the names of what they wrap, which may be a part of the network.
    private static readonly string[] Wrappers = ["module", "_orig_mod"];
    private readonly IDisposable[] owned;

    /// <param name="format">What it is, in words.</param>
    /// <param name="tensors">In the order of their bytes, where that is known.</param>
    /// <param name="owned">What is closed with it.</param>
    public WeightsFile(string format, IReadOnlyList<StoredTensor> tensors, params IDisposable[] owned)
    {
        Format = format;
        Tensors = Unwrapped(tensors);
        this.owned = owned;
        string? twice = Tensors.GroupBy(tensor => tensor.Name).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null) throw Damage.Truncated($"it holds two tensors named '{twice}'");
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
        byte[] start = new byte[Math.Min(FileSignature.Length, RandomAccess.GetLength(file))];
        new FileBytes(file, 0, start.Length).Read(0, start);
        // Before the others: it begins with its header's length, which may look like anything (640 like a pickle).
        if (FileSignature.IsSafeTensors(start)) return SafeTensors.Open(file);
        if (FileSignature.IsZip(start)) return PyTorchZip.Open(file);
        // Before those whose signature is two bytes: its number of tensors may look like either.
        if (TorchSharpFile.Begins(start)) return TorchSharpFile.Open(file);
        if (FileSignature.IsPickle(start)) return PyTorchOldFile.Open(file);
        if (FileSignature.IsMatlab5(start)) return MatFile.Open(file);
        if (FileSignature.IsOnnx(start)) return OnnxInitializers.Open(file);
        throw FileSignature.Unknown(start);
    }

    private static IReadOnlyList<StoredTensor> Unwrapped(IReadOnlyList<StoredTensor> tensors)
    {
        string[] names = [.. tensors.Select(tensor => Unwrapped(tensor.Name))];
        bool areApart = names.Distinct(StringComparer.Ordinal).Count() == names.Length;
        return areApart ? [.. tensors.Zip(names, (tensor, name) => name == tensor.Name ? tensor : tensor.Named(name))] : tensors;
    }

    // The last part is the tensor's own.
    private static string Unwrapped(string name)
    {
        string[] parts = name.Split('.');
        return string.Join('.', parts.Where((part, i) => i == parts.Length - 1 || !Wrappers.Contains(part)));
    }
}

/// <summary>Tells a file's format from its first bytes: an extension may say anything.</summary>
internal static class FileSignature
{
    /// <summary>As many bytes as are looked at.</summary>
    public const int Length = 1024;

    private const int TarMagicAt = 257;
    private const int MatlabVersionAt = 124;
    private const int MatlabHeader = 128;
    private const int Shown = 40;

    public static bool IsZip(ReadOnlySpan<byte> start) => start.StartsWith("PK\x03\x04"u8) || start.StartsWith("PK\x05\x06"u8);

    public static bool IsPickle(ReadOnlySpan<byte> start) => start.Length > 1 && start[0] == 0x80 && start[1] is >= 2 and <= 5;

    public static bool IsMatlab5(ReadOnlySpan<byte> start) =>
        start.Length >= MatlabHeader && start.StartsWith("MATLAB 5"u8) && start[MatlabVersionAt..MatlabHeader].SequenceEqual("\x00\x01IM"u8);

    // The first field of a model: its version.
    public static bool IsOnnx(ReadOnlySpan<byte> start) => start.Length > 1 && start[0] == 0x08;

    // A 64-bit length, then JSON. Neither a zip nor what torch.save pickles has this there.
    public static bool IsSafeTensors(ReadOnlySpan<byte> start) => start.Length > 8 && start[8] == '{';

    /// <summary>What a file is that is no file of weights, as far as one can tell.</summary>
    public static BadWeightsException Unknown(ReadOnlySpan<byte> start)
    {
        const string Remedy = "Give a PyTorch file (.pth), a .safetensors file, what TorchSharp's save wrote (.dat), a MATLAB 5 file (.mat) or an ONNX file.";
        if (start.IsEmpty) return Damage.NotWeights("it is empty", "Copy or download it again.");
        if (start.StartsWith("version https://git-lfs"u8))
            return Damage.NotWeights("it is a pointer that Git LFS left in its place", "Run 'git lfs pull' where it lies.");
        if (start.StartsWith((byte[])[0x1F, 0x8B])) return Damage.NotWeights("it is packed with gzip", "Unpack it first.");
        if (start.StartsWith("MATLAB 7.3"u8) || start.StartsWith((byte[])[0x89, .. "HDF"u8]))
            return Damage.NotWeights("it is HDF5, which MATLAB 7.3 writes", "Save it in MATLAB with save(path, '-struct', 'net', '-v7').");
        if (start.StartsWith("MATLAB 5"u8)) return Damage.Truncated("its header is not the one of a little-endian MATLAB 5 file");
        if (start.Length > TarMagicAt + 5 && start[TarMagicAt..].StartsWith("ustar"u8))
            return Damage.NotWeights("it is a tar archive, as PyTorch 0.1 wrote", "Load and save it once with a newer PyTorch.");
        if (IsText(start))
            return Damage.NotWeights($"it is text that begins with '{FirstLine(start)}'", "A download that failed may leave a web page: download it again.");
        return Damage.NotWeights($"its first bytes are {Convert.ToHexString(start[..Math.Min(8, start.Length)])}", Remedy);
    }

    private static bool IsText(ReadOnlySpan<byte> start)
    {
        ReadOnlySpan<byte> text = start.StartsWith("\uFEFF"u8) ? start[3..] : start;
        foreach (byte value in text[..Math.Min(Shown, text.Length)])
        {
            if (value is (< (byte)' ' or > (byte)'~') and not ((byte)'\r' or (byte)'\n' or (byte)'\t')) return false;
        }

        return true;
    }

    private static string FirstLine(ReadOnlySpan<byte> start)
    {
        string line = Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\r', '\n', '\t').Split('\n')[0].TrimEnd();
        return line.Length > Shown ? $"{line[..Shown]}…" : line;
    }
}
