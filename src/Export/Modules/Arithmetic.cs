using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>Sum of two tensors, element by element with broadcasting, as a layer that the exporter sees.</summary>
public sealed class Add() : Module<Tensor, Tensor, Tensor>(nameof(Add)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor left, Tensor right) => left + right;

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("add");
}

/// <summary>Difference of two tensors, element by element with broadcasting, as a layer that the exporter sees.</summary>
public sealed class Subtract() : Module<Tensor, Tensor, Tensor>(nameof(Subtract)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor left, Tensor right) => left - right;

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("sub");
}

/// <summary>Product of two tensors, element by element with broadcasting, as a layer that the exporter sees.</summary>
public sealed class Multiply() : Module<Tensor, Tensor, Tensor>(nameof(Multiply)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor left, Tensor right) => left * right;

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("mul");
}

/// <summary>Quotient of two tensors, element by element with broadcasting, as a layer that the exporter sees.</summary>
public sealed class Divide() : Module<Tensor, Tensor, Tensor>(nameof(Divide)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor left, Tensor right) => left / right;

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("div");
}

/// <summary>Matrix product of the last two axes of two tensors, the others broadcast, as a layer that the exporter sees.</summary>
public sealed class MatMul() : Module<Tensor, Tensor, Tensor>(nameof(MatMul)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor left, Tensor right) => left.matmul(right);

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write("matmul");
}

/// <summary>Every element times a number plus a number, as a layer that the exporter sees.</summary>
/// <param name="factor">What every element is multiplied with.</param>
/// <param name="offset">What is added afterwards.</param>
public sealed class Scale(double factor, double offset = 0) : Module<Tensor, Tensor>(nameof(Scale)), IOnnxConvertible
{
    /// <inheritdoc/>
    public override Tensor forward(Tensor input)
    {
        Tensor scaled = input * factor;
        if (offset == 0) return scaled;
        using (scaled) return scaled + offset;
    }

    void IOnnxConvertible.ToOnnx(OnnxCall call)
    {
        call.Write("mul", factor);
        if (offset != 0) call.SetOutput(call.Output(0) + offset);
    }
}
