using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>An operation of two tensors as a layer that the exporter sees.</summary>
public abstract class PairLayer : Module<Tensor, Tensor, Tensor>, IOnnxConvertible
{
    private readonly Func<Tensor, Tensor, Tensor> run;
    private readonly string operation;

    private protected PairLayer(string name, Func<Tensor, Tensor, Tensor> run, string operation)
        : base(name) => (this.run, this.operation) = (run, operation);

    /// <inheritdoc/>
    public override Tensor forward(Tensor left, Tensor right) => run(left, right);

    void IOnnxConvertible.ToOnnx(OnnxCall call) => call.Write(operation);
}

/// <summary>Sum of two tensors, element by element with broadcasting, as a layer that the exporter sees.</summary>
public sealed class Add() : PairLayer(nameof(Add), (left, right) => left + right, "add");

/// <summary>Difference of two tensors, element by element with broadcasting, as a layer that the exporter sees.</summary>
public sealed class Subtract() : PairLayer(nameof(Subtract), (left, right) => left - right, "sub");

/// <summary>Product of two tensors, element by element with broadcasting, as a layer that the exporter sees.</summary>
public sealed class Multiply() : PairLayer(nameof(Multiply), (left, right) => left * right, "mul");

/// <summary>Quotient of two tensors, element by element with broadcasting, as a layer that the exporter sees.</summary>
public sealed class Divide() : PairLayer(nameof(Divide), (left, right) => left / right, "div");

/// <summary>Matrix product of the last two axes of two tensors, the others broadcast, as a layer that the exporter sees.</summary>
public sealed class MatMul() : PairLayer(nameof(MatMul), (left, right) => left.matmul(right), "matmul");

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
