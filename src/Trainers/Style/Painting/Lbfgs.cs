using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen.Style;

/// <summary>
/// L-BFGS with a fixed step length and no line search: an iteration evaluates the loss once, as <c>torch.optim.LBFGS</c> does with <c>max_iter=1</c> and tolerances of 0.
/// The direction is that of Nocedal and Wright 2006, "Numerical optimization", algorithm 7.4 (two-loop recursion).
/// </summary>
/// <remarks>TorchSharp's own asks libtorch for <c>Optimizer::parameters()</c> when it is made, which writes a warning to stderr that no log level holds back.</remarks>
internal sealed class Lbfgs : OptimizerHelper
{
    // Below it a pair tells of no curvature; torch's number.
    private const double LeastCurvature = 1e-10;

    private readonly Parameter parameter;
    private readonly double learningRate;
    private readonly int historySize;
    // From old to new: s, what a step changed; y, what that changed in the gradient; ρ = 1 / sᵀy.
    private readonly List<(Tensor Step, Tensor Change, Tensor Rho)> history = [];
    // γ, equation 7.20: the first guess of the inverse Hessian is γ·I.
    private Tensor? scale;
    private Tensor? lastGradient, lastStep;

    /// <param name="parameter">What is changed, of any shape.</param>
    /// <param name="learningRate">The length of a step, 1 for the whole direction.</param>
    /// <param name="historySize">How many of the last steps tell of the curvature, at least 1.</param>
    public Lbfgs(Parameter parameter, double learningRate, int historySize)
    {
        this.parameter = parameter;
        this.learningRate = learningRate;
        this.historySize = historySize;
        _parameter_groups = [new ParamGroup { Parameters = [parameter], Options = new() { LearningRate = learningRate, InitialLearningRate = learningRate } }];
    }

    /// <summary>Evaluates the loss and its gradient where the parameter is, and goes one step on.</summary>
    public override Tensor step(Func<Tensor> closure)
    {
        Tensor loss = closure();
        using var scope = NewDisposeScope();
        using var noGradient = no_grad();
        Tensor gradient = parameter.grad!.flatten();
        // Nowhere to go; a history would lead away from here all the same.
        if (gradient.abs().max().ToDouble() == 0) return loss;
        bool isFirst = lastGradient is null;
        if (!isFirst) Remember(gradient);
        Tensor direction = Direction(gradient);
        // Without curvature the gradient's size says nothing about how far to go: at most 1, summed over all values.
        double length = isFirst ? learningRate * Math.Min(1, 1 / gradient.abs().sum().ToDouble()) : learningRate;
        Replace(ref lastGradient, gradient.clone());
        Replace(ref lastStep, direction * length);
        // Rounding may turn it uphill.
        if (gradient.dot(direction).ToDouble() > 0) return loss;
        parameter.add_(direction.view(parameter.shape), alpha: length);
        return loss;
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        while (history.Count > 0)
            Forget();
        scale?.Dispose();
        lastGradient?.Dispose();
        lastStep?.Dispose();
    }

    private void Remember(Tensor gradient)
    {
        Tensor change = gradient - lastGradient!;
        Tensor curvature = change.dot(lastStep!);
        if (!(curvature.ToDouble() > LeastCurvature)) return;
        if (history.Count == historySize) Forget();
        history.Add((lastStep!.clone().DetachFromDisposeScope(), change.DetachFromDisposeScope(), curvature.reciprocal().DetachFromDisposeScope()));
        Replace(ref scale, curvature / change.dot(change));
    }

    private Tensor Direction(Tensor gradient)
    {
        Tensor direction = -gradient;
        Tensor[] alphas = new Tensor[history.Count];
        for (int i = history.Count - 1; i >= 0; i--)
        {
            alphas[i] = history[i].Step.dot(direction) * history[i].Rho;
            direction.addcmul_(history[i].Change, alphas[i], -1);
        }
        if (scale is not null) direction.mul_(scale);
        for (int i = 0; i < history.Count; i++)
        {
            Tensor beta = history[i].Change.dot(direction) * history[i].Rho;
            direction.addcmul_(history[i].Step, alphas[i] - beta, 1);
        }
        return direction;
    }

    private void Forget()
    {
        (Tensor step, Tensor change, Tensor rho) = history[0];
        history.RemoveAt(0);
        step.Dispose();
        change.Dispose();
        rho.Dispose();
    }

    private static void Replace(ref Tensor? kept, Tensor value)
    {
        kept?.Dispose();
        kept = value.DetachFromDisposeScope();
    }
}
