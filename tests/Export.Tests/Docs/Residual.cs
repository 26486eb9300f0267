using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests.Docs;

internal sealed class Residual : Module<Tensor, Tensor>
{
    private readonly Conv2d convolution = Conv2d(16, 16, 3, padding: 1);

    public Residual()
        : base(nameof(Residual)) => RegisterComponents();

    public override Tensor forward(Tensor input) => input + functional.relu(convolution.call(input));
}
