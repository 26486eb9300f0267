using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export.Tests.Docs;

internal sealed class Snake : Module<Tensor, Tensor>, IOnnxConvertible
{
    private readonly Parameter frequency = Parameter(ones(1));

    public Snake()
        : base(nameof(Snake)) => RegisterComponents();

    public override Tensor forward(Tensor input) => input + (input * frequency).sin().square() / frequency;

    public void ToOnnx(OnnxCall call)
    {
        OnnxValue x = call.Input(), a = call.Weight(frequency);
        call.SetOutput(x + (x * a).Node("Sin").Square() / a);
    }
}
