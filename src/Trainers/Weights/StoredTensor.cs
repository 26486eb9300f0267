using static TorchSharp.torch;

namespace MLNetGen.Weights;

/// <summary>Where a tensor's elements lie in a file. Made only where they all lie inside of it.</summary>
internal sealed class StoredTensor
{
    /// <summary>As many as PyTorch allows.</summary>
    public const int MaxDimensions = 64;

    private const int MaxShown = 8;
    // A tensor may repeat elements (stride 0), but not blow a few bytes up into gigabytes.
    private const long MaxRepeatedBytes = 1 << 20;
    private const int Chunk = 1 << 24;

    private readonly ScalarType stored;
    private readonly long[] strides;
    private readonly ByteSource bytes;
    private readonly long offset;
    private readonly long count;
    private readonly long extent;

    /// <param name="name">As the file has it.</param>
    /// <param name="shape">Its lengths.</param>
    /// <param name="type">Of the elements, little-endian.</param>
    /// <param name="bytes">What it lies in.</param>
    /// <param name="offset">Its first element, in bytes.</param>
    /// <param name="strides">In elements; null: row-major.</param>
    /// <exception cref="BadWeightsException">It does not lie inside of <paramref name="bytes"/>.</exception>
    public StoredTensor(string name, long[] shape, ScalarType type, ByteSource bytes, long offset, long[]? strides = null)
    {
        Name = name;
        Shape = shape;
        stored = type;
        Type = type;
        this.bytes = bytes;
        this.offset = offset;
        if (shape.Length > MaxDimensions || shape.Any(length => length < 0))
            throw Damage.Truncated($"'{name}' has the shape {Text(shape)}");
        this.strides = strides ?? RowMajor(shape);
        if (this.strides.Length != shape.Length || this.strides.Any(stride => stride < 0))
            throw Damage.Truncated($"'{name}' has the shape {Text(shape)} and the strides {Text(this.strides)}");

        Int128 elements = CountOf(shape);
        Int128 reach = elements == 0 ? 0 : ReachOf(shape, this.strides);
        int size = ElementType.SizeOf(type);
        if (offset < 0 || offset + (reach * size) > bytes.Length)
            throw Damage.Truncated($"'{name}' {Text(shape)} of {ElementType.NameOf(type)} needs {reach * size:N0} bytes from {offset:N0} on, where {bytes.Length:N0} are stored");
        if (elements * size > bytes.Length + MaxRepeatedBytes)
            throw Damage.Truncated($"'{name}' {Text(shape)} repeats {bytes.Length:N0} stored bytes to {elements * size:N0}");
        count = (long)elements;
        extent = (long)reach;
    }

    public string Name { get; }

    /// <summary>Its name before anything was taken off it.</summary>
    public string NameInFile
    {
        get => field ?? Name;
        private init;
    }

    public long[] Shape { get; }

    /// <summary>What its elements count as: what they are stored as, unless that is a narrower way to write them.</summary>
    public ScalarType Type { get; init; }

    /// <summary>Bytes of its elements, each counted once.</summary>
    public long ByteCount => count * ElementType.SizeOf(stored);

    public StoredTensor Named(string name) => new(name, Shape, stored, bytes, offset, strides) { Type = Type, NameInFile = NameInFile };

    /// <summary>The elements in row-major order; every floating type as float32. The caller owns the tensor.</summary>
    public Tensor ReadAsFloat()
    {
        Tensor tensor = ReadAsStored();
        ScalarType wanted = ElementType.IsFloating(Type) ? ScalarType.Float32 : stored;
        if (stored == wanted) return tensor;
        using (tensor) return tensor.to_type(wanted);
    }

    /// <summary>The elements in row-major order, of the type that they are stored in. The caller owns the tensor.</summary>
    public Tensor ReadAsStored()
    {
        if (IsRowMajor) return Read(Shape, count);
        using Tensor region = Read([extent], extent);
        using Tensor view = region.as_strided(Shape, strides);
        return view.contiguous();
    }

    /// <summary>A shape in words: of a very long one, its beginning.</summary>
    public static string Text(IReadOnlyCollection<long> shape) =>
        $"[{string.Join(", ", shape.Take(MaxShown))}{(shape.Count > MaxShown ? ", …" : "")}]";

    private Tensor Read(long[] shape, long elements)
    {
        Tensor tensor = empty(shape, stored, CPU);
        try
        {
            int size = ElementType.SizeOf(stored);
            using Tensor flat = tensor.view(-1);
            for (long start = 0; start < elements; start += Chunk)
            {
                using Tensor part = flat.narrow(0, start, Math.Min(Chunk, elements - start));
                bytes.Read(offset + (start * size), part.bytes);
            }

            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    // An axis of length 1 may have any stride.
    private bool IsRowMajor => Shape.Zip(strides, RowMajor(Shape)).All(axis => axis.First == 1 || axis.Second == axis.Third);

    private static long[] RowMajor(long[] shape)
    {
        long[] strides = new long[shape.Length];
        long stride = 1;
        for (int axis = shape.Length - 1; axis >= 0; axis--)
        {
            strides[axis] = stride;
            stride = unchecked(stride * Math.Max(shape[axis], 1));
        }

        return strides;
    }

    // Both end at a number that no file reaches, before they could overflow.
    private static Int128 CountOf(long[] shape) =>
        shape.Contains(0) ? 0 : shape.Aggregate(Int128.One, (product, length) => Int128.Min(product * length, long.MaxValue));

    private static Int128 ReachOf(long[] shape, long[] strides) =>
        shape.Zip(strides).Aggregate(Int128.One, (reach, axis) => Int128.Min(reach + ((Int128)(axis.First - 1) * axis.Second), long.MaxValue));
}

/// <summary>The element types that tensors are read in.</summary>
internal static class ElementType
{
    public static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Float64 or ScalarType.Int64 => 8,
        ScalarType.Float32 or ScalarType.Int32 => 4,
        ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int16 => 2,
        _ => 1,
    };

    public static bool IsFloating(ScalarType type) =>
        type is ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Float32 or ScalarType.Float64;

    public static string NameOf(ScalarType type) => type.ToString().ToLowerInvariant();
}
