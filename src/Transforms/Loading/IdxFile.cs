using System.Buffers.Binary;
using System.IO.Compression;

namespace MLNetGen;

/// <summary>
/// An array of unsigned bytes in the IDX format of the MNIST database (LeCun, Cortes, Burges), gzip or not.
/// </summary>
/// <remarks>Two zero bytes, a type (8: unsigned byte), the number of dimensions, each dimension as 32-bit big-endian, the bytes.</remarks>
internal sealed class IdxFile
{
    private const byte UnsignedByte = 8;

    private IdxFile(string path, int[] dimensions, byte[] values)
    {
        Path = path;
        Dimensions = dimensions;
        Values = values;
    }

    public string Path { get; }

    public int[] Dimensions { get; }

    /// <summary>Row-major, the last dimension fastest.</summary>
    public byte[] Values { get; }

    /// <summary>True where the file, unpacked, begins as an IDX file does.</summary>
    public static bool Begins(string path)
    {
        try
        {
            using var stream = Open(path);
            Span<byte> magic = stackalloc byte[4];
            return stream.ReadAtLeast(magic, 4, throwOnEndOfStream: false) == 4
                && magic[0] == 0 && magic[1] == 0 && magic[2] is >= 8 and <= 14 && magic[3] is >= 1 and <= 4;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            return false;
        }
    }

    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="InvalidDataException">The file is not an IDX file of this many dimensions; names the file, what it has and what it should have.</exception>
    public static IdxFile Read(string path, int dimensionCount, string what)
    {
        if (!File.Exists(path))
            throw new FileNotFoundException($"There is no file '{path}' with {what}", path);
        try
        {
            using var stream = Open(path);
            return Read(stream, path, dimensionCount, what);
        }
        catch (Exception e) when (Unpacking.IsZlibError(e) || (e is InvalidDataException && e.Source != typeof(IdxFile).Assembly.GetName().Name))
        {
            throw Bad(path, $"its gzip data is damaged or cut off: {e.Message}", e);
        }
    }

    private static IdxFile Read(Stream stream, string path, int dimensionCount, string what)
    {
        var header = new byte[4 + 4 * dimensionCount];
        var read = stream.ReadAtLeast(header, header.Length, throwOnEndOfStream: false);
        if (read < 4)
            throw Bad(path, $"it holds {read} bytes, too few for a header");
        if (header[0] != 0 || header[1] != 0)
            throw Bad(path, $"its magic number is 0x{BinaryPrimitives.ReadUInt32BigEndian(header):X8}, {what} begin with 0x{(UnsignedByte << 8) + dimensionCount:X8}");
        if (header[2] != UnsignedByte)
            throw Bad(path, $"its values are of type 0x{header[2]:X2}; only unsigned bytes (0x08) are read");
        if (header[3] != dimensionCount)
            throw Bad(path, $"it has {header[3]} dimensions, {what} have {dimensionCount}");
        if (read < header.Length)
            throw Bad(path, $"it holds {read} bytes, too few for a header of {header.Length}");

        var dimensions = new int[dimensionCount];
        long size = 1;
        for (var i = 0; i < dimensionCount; i++)
        {
            var dimension = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 + 4 * i));
            if (dimension == 0)
                throw Bad(path, i == 0 ? $"it holds no {what}" : $"its dimension {i + 1} is 0");
            if (dimension > Array.MaxLength || (size *= dimension) > Array.MaxLength)
                throw Bad(path, "its header tells of more bytes than fit in memory");
            dimensions[i] = (int)dimension;
        }
        return new IdxFile(path, dimensions, ReadValues(stream, path, size));
    }

    private static byte[] ReadValues(Stream stream, string path, long size)
    {
        // Grows with what is there: a damaged header must not reserve gigabytes.
        using var values = new MemoryStream();
        stream.CopyTo(values);
        if (values.Length != size)
            throw Bad(path, $"its header tells of {size} bytes after it, there are {values.Length}");
        return values.ToArray();
    }

    private static Stream Open(string path)
    {
        var file = File.OpenRead(path);
        var isGzip = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        return isGzip ? new GZipStream(file, CompressionMode.Decompress) : file;
    }

    private static InvalidDataException Bad(string path, string problem, Exception? cause = null) =>
        new($"'{path}' is not a readable idx file: {problem}", cause);
}
