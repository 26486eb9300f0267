using System.Numerics;

namespace TorchSharp;

/// <summary>A number that an operator takes beside tensors: whole, real, complex or a truth value.</summary>
public sealed class Scalar : IDisposable
{
    private Scalar(Kind kind, torch.ScalarType type, long bits = 0, double number = 0)
    {
        Kind = kind;
        Type = type;
        Bits = bits;
        Number = number;
    }

    /// <summary>Bool for a truth value, Int64 for whole numbers, Float64 for real ones: what libtorch keeps.</summary>
    public torch.ScalarType Type { get; }

    internal Kind Kind { get; }

    /// <summary>The whole number; of a complex one, the bits of the imaginary part.</summary>
    internal long Bits { get; }

    internal double Number { get; }

    public static implicit operator Scalar(byte value) => Whole(value);
    public static implicit operator Scalar(sbyte value) => Whole(value);
    public static implicit operator Scalar(short value) => Whole(value);
    public static implicit operator Scalar(int value) => Whole(value);
    public static implicit operator Scalar(long value) => Whole(value);
    public static implicit operator Scalar(Half value) => Real((double)value);
    public static implicit operator Scalar(float value) => Real(value);
    public static implicit operator Scalar(double value) => Real(value);
    public static implicit operator Scalar(bool value) => new(Kind.Bool, torch.ScalarType.Bool, value ? 1 : 0);
    public static implicit operator Scalar((float, float) value) => OfComplex(value.Item1, value.Item2);
    public static implicit operator Scalar(Complex value) => OfComplex(value.Real, value.Imaginary);

    // Nothing native is behind it.
    public void Dispose()
    {
    }

    internal static Scalar From(Value value) => value.Kind switch
    {
        Kind.Int => Whole(value.Int),
        Kind.Double => Real(value.Double),
        Kind.Bool => value.Int != 0,
        Kind.Complex => OfComplex(value.Double, BitConverter.Int64BitsToDouble(value.Int)),
        _ => throw new InvalidOperationException($"The operator returned a {value.Kind}, not a number."),
    };

    internal double AsDouble() => Kind == Kind.Int || Kind == Kind.Bool ? Bits : Number;

    internal long AsInt64() => Kind == Kind.Int || Kind == Kind.Bool ? Bits : (long)Number;

    internal double Imaginary => Kind == Kind.Complex ? BitConverter.Int64BitsToDouble(Bits) : 0;

    private static Scalar Whole(long value) => new(Kind.Int, torch.ScalarType.Int64, value);

    private static Scalar Real(double value) => new(Kind.Double, torch.ScalarType.Float64, 0, value);

    private static Scalar OfComplex(double real, double imaginary) =>
        new(Kind.Complex, torch.ScalarType.ComplexFloat64, BitConverter.DoubleToInt64Bits(imaginary), real);
}
