using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Limited-memory BFGS (Liu and Nocedal 1989) with steps of a fixed length: libtorch's without a line search.</summary>
public class LBFGS : Optimizer, ILearningRateController
{
    // A smaller product of step and change of the gradient says nothing of the curvature.
    private const double LeastCurvature = 1e-10;

    private readonly Parameter[] changed;
    private readonly long maxIterations, maxEvaluations, historySize;
    private readonly double gradientTolerance, changeTolerance;
    private readonly ParamGroup[] groups;
    private readonly List<Correction> history = [];

    private Tensor? direction, previousGradient;
    private double diagonal = 1, length;
    private long iterations;

    internal LBFGS(
        IEnumerable<Parameter> parameters, double lr, long max_iter, long max_eval, double tolerance_grad, double tolerance_change, long history_size)
    {
        changed = [.. parameters];
        (maxIterations, maxEvaluations, historySize) = (max_iter, max_eval, history_size);
        (gradientTolerance, changeTolerance) = (tolerance_grad, tolerance_change);
        LearningRate = lr;
        InitialLearningRate = lr;
        // A rate that is set in the group changes nothing, in the real one neither.
        groups = [new() { Parameters = changed, Options = new() { LearningRate = lr, InitialLearningRate = lr } }];
    }

    public double LearningRate { get; set; }

    public double InitialLearningRate { get; set; }

    public override IEnumerable<ILearningRateController> ParamGroups => groups;

    public override IEnumerable<Parameter> parameters() => changed;

    public override void add_param_group(ParamGroup param_group) => throw new NotImplementedException(nameof(add_param_group));

    public override void zero_grad()
    {
        foreach (var parameter in changed)
            parameter.grad = null;
    }

    /// <summary>Up to max_iter iterations; the closure clears the gradients, computes the loss, runs it back and hands it over.</summary>
    /// <returns>The loss before the first of them.</returns>
    public override Tensor? step(Func<Tensor>? closure)
    {
        if (closure is null)
            throw new ArgumentNullException(nameof(closure), "'closure' must be non-null when using the LBFGS optimizer.");

        using var noGrad = no_grad();
        var first = Evaluate(closure);
        using var scope = NewDisposeScope();
        double loss = first.ToDouble();
        var gradient = Gradient();
        long evaluations = 1;
        if (Largest(gradient) <= gradientTolerance)
            return first;

        for (long i = 1; i <= maxIterations; i++)
        {
            iterations++;
            Turn(gradient);
            Replace(ref previousGradient, gradient.clone());
            length = iterations == 1 ? Math.Min(1, 1 / gradient.abs().sum().ToDouble()) * LearningRate : LearningRate;
            if (gradient.dot(direction!).ToDouble() > -changeTolerance)
                break;

            Move();
            if (i == maxIterations)
                break;
            double before = loss;
            using (var next = Evaluate(closure))
                loss = next.ToDouble();
            gradient.Dispose();
            gradient = Gradient();
            evaluations++;
            if (evaluations >= maxEvaluations || Largest(gradient) <= gradientTolerance
                || Largest(direction!) * length <= changeTolerance || Math.Abs(loss - before) < changeTolerance)
                break;
        }
        return first;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            foreach (var correction in history)
                correction.Dispose();
            history.Clear();
            direction?.Dispose();
            previousGradient?.Dispose();
        }
        base.Dispose(disposing);
    }

    private static Tensor Evaluate(Func<Tensor> closure)
    {
        using var grad = enable_grad();
        return closure();
    }

    private static double Largest(Tensor values)
    {
        using var absolute = values.abs();
        using var largest = absolute.max();
        return largest.ToDouble();
    }

    private static double Dot(Tensor a, Tensor b)
    {
        using var product = a.dot(b);
        return product.ToDouble();
    }

    private static void Replace(ref Tensor? kept, Tensor with)
    {
        kept?.Dispose();
        kept = with.DetachFromDisposeScope();
    }

    private Tensor Gradient()
    {
        using var scope = NewDisposeScope();
        return cat([.. changed.Select(parameter => (parameter.grad ?? zeros_like(parameter)).reshape(-1))]).MoveToOuterDisposeScope();
    }

    // The two-loop recursion.
    private void Turn(Tensor gradient)
    {
        using var scope = NewDisposeScope();
        var turned = gradient.neg();
        if (iterations > 1)
        {
            Learn(gradient);
            double[] shares = new double[history.Count];
            for (int i = history.Count - 1; i >= 0; i--)
            {
                shares[i] = Dot(history[i].Step, turned) * history[i].Ro;
                TensorUpdates.Add(turned, history[i].Change, -shares[i]);
            }
            TensorUpdates.Scale(turned, diagonal);
            for (int i = 0; i < history.Count; i++)
                TensorUpdates.Add(turned, history[i].Step, shares[i] - (Dot(history[i].Change, turned) * history[i].Ro));
        }
        Replace(ref direction, turned);
    }

    private void Learn(Tensor gradient)
    {
        var change = gradient - previousGradient!;
        var step = direction! * length;
        double curvature = Dot(change, step);
        if (curvature <= LeastCurvature)
            return;
        if (history.Count == historySize)
        {
            history[0].Dispose();
            history.RemoveAt(0);
        }
        history.Add(new(step.DetachFromDisposeScope(), change.DetachFromDisposeScope(), 1 / curvature));
        diagonal = curvature / Dot(change, change);
    }

    private void Move()
    {
        using var scope = NewDisposeScope();
        long start = 0;
        foreach (var parameter in changed)
        {
            long count = parameter.numel();
            TensorUpdates.Add(parameter, direction!.narrow(0, start, count).view_as(parameter), length);
            start += count;
        }
    }

    private sealed record Correction(Tensor Step, Tensor Change, double Ro) : IDisposable
    {
        public void Dispose()
        {
            Step.Dispose();
            Change.Dispose();
        }
    }
}
