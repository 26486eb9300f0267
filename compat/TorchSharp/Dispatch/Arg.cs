using System.Text;

namespace TorchSharp;

/// <summary>
/// One argument of an operator, converted from what C# has. The native side fits numbers to the schema: an int may stand
/// for a Scalar, a float or a list of one.
/// </summary>
internal readonly struct Arg
{
    private readonly Kind kind;
    private readonly int index;
    private readonly long bits;
    private readonly double number;
    private readonly object? reference; // the list, or what must outlive the call

    private Arg(Kind kind, long bits = 0, double number = 0, object? reference = null, int index = 0)
    {
        this.kind = kind;
        this.bits = bits;
        this.number = number;
        this.reference = reference;
        this.index = index;
    }

    /// <summary>The argument that stands for Python's None.</summary>
    public static Arg None => default;

    public static implicit operator Arg(torch.Tensor? tensor) => tensor is null ? default : new(Kind.Tensor, tensor.Handle, 0, tensor);
    public static implicit operator Arg(long value) => new(Kind.Int, value);
    public static implicit operator Arg(int value) => new(Kind.Int, value);
    public static implicit operator Arg(long? value) => value is { } v ? new(Kind.Int, v) : default;
    public static implicit operator Arg(double value) => new(Kind.Double, 0, value);
    public static implicit operator Arg(float value) => new(Kind.Double, 0, value);
    public static implicit operator Arg(double? value) => value is { } v ? new(Kind.Double, 0, v) : default;
    public static implicit operator Arg(bool value) => new(Kind.Bool, value ? 1 : 0);
    public static implicit operator Arg(bool? value) => value is { } v ? new(Kind.Bool, v ? 1 : 0) : default;
    public static implicit operator Arg(long[]? values) => values is null ? default : new(Kind.Ints, 0, 0, values);
    public static implicit operator Arg(double[]? values) => values is null ? default : new(Kind.Doubles, 0, 0, values);
    public static implicit operator Arg(bool[]? values) => values is null ? default : new(Kind.Bools, 0, 0, values);
    public static implicit operator Arg(string? text) => text is null ? default : new(Kind.Text, 0, 0, Encoding.UTF8.GetBytes(text));
    public static implicit operator Arg(torch.ScalarType type) => new(Kind.Int, (long)type);
    public static implicit operator Arg(torch.ScalarType? type) => type is { } t ? new(Kind.Int, (long)t) : default;
    public static implicit operator Arg(torch.Device? device) => device is null ? default : new(Kind.Device, (long)device.type, 0, null, device.index);
    public static implicit operator Arg(torch.Generator? generator) => generator is null ? default : new(Kind.Generator, generator.Handle, 0, generator);
    public static implicit operator Arg(torch.Tensor[] tensors) => new(Kind.Tensors, 0, 0, tensors);
    public static implicit operator Arg(Scalar? scalar) => scalar is null ? default : new(scalar.Kind, scalar.Bits, scalar.Number);

    /// <summary>A list whose elements may be absent (Python's <c>Tensor?[]</c>).</summary>
    public static Arg OptionalTensors(torch.Tensor?[] tensors) => new(Kind.OptionalTensors, 0, 0, tensors);

    /// <summary>How many eight-byte slots the argument's list needs.</summary>
    internal int ListSlots => reference switch
    {
        null => 0,
        byte[] text when kind == Kind.Text => (text.Length + 7) / 8,
        Array list => list.Length,
        _ => 0,
    };

    /// <summary>Writes the argument, its list at <paramref name="list"/>; returns the slots used.</summary>
    internal unsafe int Write(Value* value, long* list)
    {
        *value = new Value { Kind = kind, Count = index, Int = bits, Double = number, Data = (void*)bits };
        if (kind is < Kind.Ints or > Kind.Text) return 0;
        value->Data = list;
        switch (reference)
        {
            case long[] values:
                value->Count = values.Length;
                values.CopyTo(new Span<long>(list, values.Length));
                return values.Length;
            case double[] values:
                value->Count = values.Length;
                values.CopyTo(new Span<double>(list, values.Length));
                return values.Length;
            case bool[] values:
                value->Count = values.Length;
                for (int k = 0; k < values.Length; k++) list[k] = values[k] ? 1 : 0;
                return values.Length;
            case byte[] text:
                value->Count = text.Length;
                text.CopyTo(new Span<byte>(list, text.Length));
                return (text.Length + 7) / 8;
            case torch.Tensor?[] tensors:
                value->Count = tensors.Length;
                for (int k = 0; k < tensors.Length; k++)
                {
                    if (tensors[k] is null && kind == Kind.Tensors)
                        throw new ArgumentNullException(nameof(list), $"The tensor at position {k} of the list is null.");
                    list[k] = tensors[k]?.Handle ?? 0;
                }
                return tensors.Length;
            default:
                throw new InvalidOperationException($"An argument of kind {kind} has no list.");
        }
    }
}
