using TorchSharp.Modules;

namespace Compat.TorchSharpTests.Optim;

/// <summary>Against PyTorch 1.13's L-BFGS without a line search, on a curved fit from the same start.</summary>
public class LbfgsTests
{
    public static TheoryData<string, int, int, float[], float[]> Runs => new()
    {
        {
            "history", 3, 12, [1.3746567964553833f, 0.11801853030920029f, 0.018856048583984375f],
            [0.07828600704669952f, 0.42526358366012573f, 1.041659951210022f, 0.3705874979496002f, -0.6920569539070129f, -0.29475322365760803f, 0.791567325592041f, 0.6942791938781738f]
        },
        {
            "one iteration a step", 8, 8, [1.3746567964553833f, 0.5023801326751709f, 0.22100479900836945f, 0.07697491347789764f, 0.030700866132974625f, 0.01993635855615139f, 0.01792619377374649f, 0.016670236364006996f], []
        },
        { "short history", 4, 20, [1.3746567964553833f, 0.0238919947296381f, 0.006510637234896421f, 0.002716585760936141f], [] },
        {
            "few evaluations", 2, 8, [1.3746567964553833f, 0.03922345116734505f],
            [0.05855194106698036f, 0.5666980743408203f, 1.0249395370483398f, 0.45546072721481323f, -0.6903908848762512f, -0.3444734513759613f, 0.7804585099220276f, 0.6862004399299622f]
        },
        { "gradient small enough", 3, 15, [1.3746567964553833f, 0.0027797925285995007f, 0.0027797925285995007f], [] },
    };

    [Theory]
    [MemberData(nameof(Runs))]
    public void Steps_and_their_losses_are_PyTorchs(string name, int steps, int evaluations, float[] losses, float[] end)
    {
        using var scope = NewDisposeScope();
        using Parameter weight = new(Numbers.Sines(3, 2)), bias = new(Numbers.Sines(2));
        Tensor input = Numbers.Sines(4, 3), target = Numbers.Sines(4, 2).cos();
        using var optimizer = Make(name, [weight, bias]);
        int calls = 0;

        for (int i = 0; i < steps; i++)
            Assert.Equal(losses[i], optimizer.step(Closure)!.ToSingle(), 2e-4f * Math.Max(losses[i], 0.05f));

        Assert.Equal(evaluations, calls);
        if (end.Length > 0)
            Numbers.AssertClose(end, cat([weight.detach().flatten(), bias.detach()]), 1e-4);

        Tensor Closure()
        {
            calls++;
            optimizer.zero_grad();
            var error = input.matmul(weight).add(bias) - target;
            var loss = error.pow(4).mean() + error.pow(2).mean();
            loss.backward();
            return loss;
        }
    }

    [Fact]
    public void Only_with_a_closure()
    {
        using Parameter weight = new(Numbers.Sines(3, 2));
        using var optimizer = optim.LBFGS([weight]);

        Assert.Throws<ArgumentNullException>(() => optimizer.step(null!));
        Assert.Equal((0.01, 0.01), (optimizer.LearningRate, optimizer.ParamGroups.Single().InitialLearningRate));
    }

    private static LBFGS Make(string name, Parameter[] parameters) => name switch
    {
        "history" => optim.LBFGS(parameters, lr: 0.5, max_iter: 4),
        "one iteration a step" => optim.LBFGS(parameters, lr: 0.8, max_iter: 1),
        "short history" => optim.LBFGS(parameters, lr: 0.7, max_iter: 5, history_size: 2),
        "few evaluations" => optim.LBFGS(parameters, lr: 1, max_iter: 20, max_eval: 4),
        _ => optim.LBFGS(parameters, lr: 0.9, max_iter: 50, tolerange_grad: 1e-2),
    };
}
