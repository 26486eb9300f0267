using TorchSharp.Modules;
using static TorchSharp.torch.optim;

namespace Compat.TorchSharpTests.Optim;

/// <summary>Least squares of sin(0..11) as 4×3 on cos(sin(0..7)) as 4×2.</summary>
internal sealed class LinearFit : IDisposable
{
    private readonly Parameter weight = new(Numbers.Sines(3, 2)), bias = new(Numbers.Sines(2));
    private readonly Tensor input = Numbers.Sines(4, 3), target = Numbers.Sines(4, 2).cos();

    public Parameter[] Parameters => [weight, bias];

    public void Step(Optimizer optimizer)
    {
        optimizer.zero_grad();
        using var loss = nn.functional.mse_loss(input.matmul(weight).add(bias), target);
        loss.backward();
        optimizer.step();
    }

    public void CopyFrom(LinearFit other)
    {
        using var noGrad = no_grad();
        weight.copy_(other.weight);
        bias.copy_(other.bias);
    }

    public void Dispose()
    {
        foreach (var held in new[] { weight, bias, input, target })
            held.Dispose();
    }

    public Tensor All() => cat([weight.detach().flatten(), bias.detach()]);
}
