using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.AlexNet;

/// <summary>Local response normalisation across channels: b = a / (k + α Σ a²)^β over n neighbours (the paper's section 3.3).</summary>
internal static class ResponseNormalization
{
    private const int Neighbours = 5;
    private const double K = 2, Alpha = 1e-4, Beta = 0.75;

    // PyTorch and ONNX take the mean of the squares, the paper their sum.
    public static Module<Tensor, Tensor> Create() => LocalResponseNorm(Neighbours, alpha: Neighbours * Alpha, beta: Beta, k: K);
}
