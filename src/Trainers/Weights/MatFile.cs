using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Microsoft.Win32.SafeHandles;
using static TorchSharp.torch;

namespace MLNetGen.Weights;

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
    private const int MaxVariables = 64;
    // VGG's files have some 2,000 arrays and 60,000 characters, most of them names of classes.
    private const long MaxCharacters = 1 << 23;
    private const long MaxPacked = 1032;
    private const long Slack = 1024;

    public static WeightsFile Open(SafeFileHandle file)
    {
        FileBytes whole = new(file, 0, RandomAccess.GetLength(file));
        Budget arrays = new("it holds too many arrays and characters", MaxCharacters), count = new("it holds too many variables", MaxVariables);
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
        return unpacked <= (MaxPacked * length) + Slack
            ? new(Open, unpacked)
            : throw Damage.Truncated($"an array is said to hold {unpacked:N0} bytes in {length:N0}");
    }
}

/// <summary>
/// Reads data elements of a MATLAB 5 file ("MAT-File Format", MathWorks, chapter 1), numbers excepted: of those it
/// remembers the place.
/// </summary>
/// <remarks>Strictly from front to back: what unpacks as it reads begins anew for a step back.</remarks>
/// <param name="bytes">An element and what is inside of it.</param>
/// <param name="arrays">How many arrays and texts the file may have.</param>
internal sealed class MatReader(ByteSource bytes, Budget arrays)
{
    private const int Matrix = 14, Compressed = 15;
    private const int CellClass = 1, StructClass = 2, CharClass = 4, DoubleClass = 6, SingleClass = 7, LastNumberClass = 15;
    private const int TagLength = 8;
    private const int MaxDepth = 16;
    private const int MaxTextLength = 1 << 16;
    private const int MaxDimensions = 32;
    // MATLAB's own names have 63 characters at most.
    private const int MaxFieldNameLength = 256;
    // What one array counts for, as many characters.
    private const int ArrayCost = 64;

    private readonly WindowedBytes window = new(bytes);

    /// <summary>Type and length of the element at a place, where its content begins, and where the next element does.</summary>
    /// <param name="at">Where its tag is.</param>
    /// <param name="end">Where what it lies in ends; it must not go on beyond.</param>
    public (int Type, long Start, long Length, long Next) Tag(long at, long end)
    {
        if (at > end - TagLength) throw Damage.Truncated($"an element at byte {at:N0} lies beyond the end of what it is part of, at {end:N0}");
        uint first = UInt32(at);
        // A small element keeps length, type and up to four bytes in the room of a tag.
        if (first >> 16 != 0) return ((int)(first & 0xFFFF), at + 4, Math.Min(first >> 16, 4), at + 8);
        long length = UInt32(at + 4), start = at + 8;
        if (length > end - start) throw Damage.Truncated($"an element of {length:N0} bytes at byte {at:N0}, where {end - start:N0} are left");
        return ((int)first, start, length, start + (first == Compressed ? length : (length + 7) / 8 * 8));
    }

    public static bool IsCompressed(int type) => type == Compressed;

    /// <summary>A named array: a variable of the file.</summary>
    public (string Name, MatValue Value) Variable(long at) => Array(at, bytes.Length, out _, MaxDepth);

    private (string Name, MatValue Value) Array(long at, long parentEnd, out long next, int depth)
    {
        arrays.Spend(ArrayCost);
        (int type, long start, long length, next) = Tag(at, parentEnd);
        if (type != Matrix) throw Damage.Truncated($"an element of type {type} at byte {at:N0}, where an array was to come");
        if (depth == 0) throw Damage.Truncated($"arrays are nested more than {MaxDepth} deep");
        if (length == 0) return ("", new MatOther());

        long end = start + length;
        (_, long flags, _, long dimensionsAt) = Tag(start, end);
        int kind = (int)(UInt32(flags) & 0xFF);
        (_, long dimensions, long dimensionsLength, long nameAt) = Tag(dimensionsAt, end);
        if (dimensionsLength > MaxDimensions * sizeof(int)) throw Damage.Truncated($"an array of {dimensionsLength / sizeof(int)} dimensions at byte {at:N0}");
        long[] shape = [.. Enumerable.Range(0, (int)dimensionsLength / sizeof(int)).Select(i => (long)(int)UInt32(dimensions + (i * sizeof(int))))];
        if (shape.Any(size => size < 0)) throw Damage.Truncated($"an array of {StoredTensor.Text(shape)} at byte {at:N0}");
        (_, long nameStart, long nameLength, long content) = Tag(nameAt, end);
        string name = Text(nameStart, nameLength);

        MatValue value = kind switch
        {
            CellClass => new MatCell(Items(content, end, depth)),
            StructClass => Struct(shape, content, end, depth),
            CharClass => new MatText(Characters(content, end)),
            >= DoubleClass and <= LastNumberClass => Numbers(shape, kind, content, end),
            _ => new MatOther(),
        };
        return (name, value);
    }

    private List<MatValue> Items(long at, long end, int depth)
    {
        List<MatValue> items = [];
        while (at < end) items.Add(Array(at, end, out at, depth - 1).Value);
        return items;
    }

    private MatStruct Struct(long[] shape, long at, long end, int depth)
    {
        (_, long widthAt, _, long namesTag) = Tag(at, end);
        uint width = UInt32(widthAt);
        (_, long namesAt, long namesLength, long content) = Tag(namesTag, end);
        Dictionary<string, MatValue> fields = new(StringComparer.Ordinal);
        if (width == 0 || shape.Contains(0)) return new(fields);
        if (width > MaxFieldNameLength) throw Damage.Truncated($"a struct with names of {width:N0} bytes at byte {at:N0}");
        List<string> names = [];
        for (long name = namesAt; name + width <= namesAt + namesLength; name += width) names.Add(Text(name, width));
        foreach (string name in names)
        {
            if (content >= end) break;
            fields[name] = Array(content, end, out content, depth - 1).Value;
        }

        return new(fields);
    }

    private MatNumbers Numbers(long[] shape, int kind, long at, long end)
    {
        (int type, long start, long length, _) = Tag(at, end);
        return new(shape, Stored(type), kind is DoubleClass or SingleClass, bytes, start, length);
    }

    private string Characters(long at, long end)
    {
        (int type, long start, long length, _) = Tag(at, end);
        if (length > MaxTextLength) return "";
        arrays.Spend(length);
        byte[] text = new byte[length];
        window.Read(start, text);
        // 4: miUINT16, 17: miUTF16.
        return type is 4 or 17 ? Encoding.Unicode.GetString(text) : Encoding.UTF8.GetString(text);
    }

    private string Text(long at, long length)
    {
        if (length > MaxTextLength) throw Damage.Truncated($"a name of {length:N0} bytes at byte {at:N0}");
        arrays.Spend(length + 1);
        byte[] text = new byte[length];
        window.Read(at, text);
        return Encoding.ASCII.GetString(text).TrimEnd('\0').Split('\0')[0];
    }

    private uint UInt32(long at)
    {
        Span<byte> number = stackalloc byte[sizeof(uint)];
        window.Read(at, number);
        return BinaryPrimitives.ReadUInt32LittleEndian(number);
    }

    private static ScalarType? Stored(int type) => type switch
    {
        1 => ScalarType.Int8,
        2 => ScalarType.Byte,
        3 => ScalarType.Int16,
        5 => ScalarType.Int32,
        7 => ScalarType.Float32,
        9 => ScalarType.Float64,
        12 => ScalarType.Int64,
        _ => null,
    };
}

/// <summary>A MATLAB array.</summary>
internal abstract record MatValue;

/// <summary>Numbers where they lie, the first dimension fastest.</summary>
/// <param name="Dimensions">At least two.</param>
/// <param name="Stored">What the file stores them as; null where that is a type that no tensor has.</param>
/// <param name="IsFloating">Whether they are of class single or double: MATLAB stores whole numbers of those as integers.</param>
/// <param name="Bytes">What they lie in.</param>
/// <param name="Start">The first one's place in it.</param>
/// <param name="Length">Bytes of all.</param>
internal sealed record MatNumbers(long[] Dimensions, ScalarType? Stored, bool IsFloating, ByteSource Bytes, long Start, long Length) : MatValue;

internal sealed record MatText(string Text) : MatValue;

internal sealed record MatCell(IReadOnlyList<MatValue> Items) : MatValue;

/// <summary>The first element of a struct array.</summary>
internal sealed record MatStruct(IReadOnlyDictionary<string, MatValue> Fields) : MatValue;

/// <summary>An array of a class that weights do not need.</summary>
internal sealed record MatOther : MatValue;
