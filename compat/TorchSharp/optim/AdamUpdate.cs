using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>The step that Adam and AdamW share.</summary>
internal static class AdamUpdate
{
    /// <remarks>
    /// θ -= lr/c₁ · m / (√v/√c₂ + ε), with the two corrections c taken out of the tensors:
    /// = lr·√c₂/c₁ · m / (√v + ε·√c₂). Six passes over memory instead of eight.
    /// </remarks>
    public static void Apply(
        Parameter parameter, Tensor gradient, Tensor average, Tensor squareAverage, Tensor? maximum, Tensor scratch,
        long step, double learningRate, double beta1, double beta2, double epsilon)
    {
        double correction1 = 1 - Math.Pow(beta1, step), root2 = Math.Sqrt(1 - Math.Pow(beta2, step));

        TensorUpdates.Lerp(average, gradient, 1 - beta1);
        TensorUpdates.Scale(squareAverage, beta2);
        TensorUpdates.AddProduct(squareAverage, gradient, gradient, 1 - beta2);
        if (maximum is not null)
            TensorUpdates.Maximum(maximum, squareAverage, maximum);

        TensorUpdates.Sqrt(maximum ?? squareAverage, scratch);
        TensorUpdates.Shift(scratch, epsilon * root2);
        TensorUpdates.AddQuotient(parameter, average, scratch, -learningRate * root2 / correction1);
    }
}
