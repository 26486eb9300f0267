using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The in-place operators of optimizer steps; none of them makes a managed tensor.</summary>
internal static class TensorUpdates
{
    private static readonly Operator zero = new("aten::zero_");
    private static readonly Operator scale = new("aten::mul_", "Scalar");
    private static readonly Operator shift = new("aten::add_", "Scalar");
    private static readonly Operator add = new("aten::add_", "Tensor");
    private static readonly Operator lerp = new("aten::lerp_", "Scalar");
    private static readonly Operator addProduct = new("aten::addcmul_");
    private static readonly Operator addQuotient = new("aten::addcdiv_");
    private static readonly Operator sqrt = new("aten::sqrt", "out");
    private static readonly Operator maximum = new("aten::maximum", "out");

    public static void Zero(Tensor tensor) => zero.CallVoid(tensor);

    public static void Scale(Tensor tensor, double factor) => scale.CallVoid(tensor, factor);

    /// <summary>tensor += number.</summary>
    public static void Shift(Tensor tensor, double number) => shift.CallVoid(tensor, number);

    /// <summary>tensor += factor·other.</summary>
    public static void Add(Tensor tensor, Tensor other, double factor) => add.CallVoid(tensor, other, factor);

    /// <summary>tensor += weight·(other - tensor).</summary>
    public static void Lerp(Tensor tensor, Tensor other, double weight) => lerp.CallVoid(tensor, other, weight);

    /// <summary>tensor += factor·a·b.</summary>
    public static void AddProduct(Tensor tensor, Tensor a, Tensor b, double factor) => addProduct.CallVoid(tensor, a, b, factor);

    /// <summary>tensor += factor·a/b.</summary>
    public static void AddQuotient(Tensor tensor, Tensor a, Tensor b, double factor) => addQuotient.CallVoid(tensor, a, b, factor);

    public static void Sqrt(Tensor tensor, Tensor result) => sqrt.CallVoid(tensor, result);

    public static void Maximum(Tensor a, Tensor b, Tensor result) => maximum.CallVoid(a, b, result);
}
