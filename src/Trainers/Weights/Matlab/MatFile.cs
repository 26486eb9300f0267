using System.IO.Compression;
using Microsoft.Win32.SafeHandles;

namespace MLNetGen.Weights.Matlab;

/// <summary>
/// MatConvNet's networks in MATLAB 5 files, as <c>imagenet-vgg-verydeep-19.mat</c>: a cell <c>layers</c> of structs with a name and
/// weights. Kernels are taken for [width, height, in, out], the axes that scipy.io.loadmat shows. MATLAB has the first axis fastest,
/// so that the same bytes are row-major [out, in, height, width], as PyTorch wants them.
/// </summary>
internal static class MatFile
{
    private const int HeaderLength = 128;
    private const int TagLength = 8;
    // MatConvNet writes two or three.
    private const int MostVariables = 64;
    // VGG's files have some 2,000 arrays and 60,000 characters, most of them names of classes.
    private const long MostCharacters = 1 << 23;
    private const long MostPacked = 1032;
    private const long Slack = 1024;

    public static WeightsFile Open(SafeFileHandle file)
    {
        FileBytes whole = new(file, 0, RandomAccess.GetLength(file));
        Budget arrays = new("it holds too many arrays and characters", MostCharacters), count = new("it holds too many variables", MostVariables);
        MatReader reader = new(whole, arrays);
        Dictionary<string, MatValue> variables = new(StringComparer.Ordinal);
        List<IDisposable> owned = [file];
        for (long at = HeaderLength; at < whole.Length;)
        {
            (int type, long start, long length, long next) = reader.Tag(at, whole.Length);
            count.Spend();
            if (MatReader.IsCompressed(type))
            {
                StreamBytes unpacked = Unpack(file, start, length);
                owned.Insert(0, unpacked);
                // Until a tensor is read: few variables have any.
                using (unpacked) Add(variables, new MatReader(unpacked, arrays).Variable(0));
            }
            else
            {
                Add(variables, reader.Variable(at));
            }

            at = next;
        }

        return new("MATLAB 5", [.. MatConvNet.Tensors(variables)], [.. owned]);
    }

    private static void Add(Dictionary<string, MatValue> variables, (string Name, MatValue Value) variable) => variables[variable.Name] = variable.Value;

    private static StreamBytes Unpack(SafeFileHandle file, long start, long length)
    {
        Stream Open() => new ZLibStream(new ByteStream(new FileBytes(file, start, length)), CompressionMode.Decompress);

        byte[] tag = new byte[TagLength];
        using (StreamBytes peek = new(Open, TagLength)) peek.Read(0, tag);
        long unpacked = TagLength + BitConverter.ToUInt32(tag, TagLength / 2);
        return unpacked <= (MostPacked * length) + Slack
            ? new(Open, unpacked)
            : throw Damage.CutOff($"an array is said to hold {unpacked:N0} bytes in {length:N0}");
    }
}
