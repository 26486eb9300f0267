using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Gradients divided by the root of their running mean square.</summary>
public partial class RMSProp : OptimizerHelper, IMomentum
{
    public RMSProp(
        IEnumerable<Parameter> parameters, double lr = 1e-3, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0,
        double momentum = 0, bool centered = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, alpha, eps, weight_decay, momentum, centered, maximize)
    {
    }

    public RMSProp(
        IEnumerable<ParamGroup> parameters, double lr = 1e-3, double alpha = 0.99, double eps = 1e-8, double weight_decay = 0,
        double momentum = 0, bool centered = false, bool maximize = false)
    {
        if (lr < 0)
            throw new ArgumentException($"Invalid learning rate: {lr}");
        if (eps < 0)
            throw new ArgumentException($"Invalid ε: {eps}");
        if (alpha < 0)
            throw new ArgumentException($"Invalid alpha: {alpha}");
        if (momentum < 0)
            throw new ArgumentException($"Invalid momentum value: {momentum}");
        if (weight_decay < 0)
            throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");

        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            alpha = alpha,
            eps = eps,
            weight_decay = weight_decay,
            momentum = momentum,
            centered = centered,
            maximize = maximize,
        };
        foreach (var group in parameters)
            add_param_group(group);
    }

    public double Momentum
    {
        get => Defaults.momentum!.Value;
        set => Defaults.momentum = value;
    }

    private Options Defaults => (Options)_defaults!;

    public override Tensor? step(Func<Tensor>? closure = null) => _step<Modules.ParamGroup>(Step, closure);

    public override void add_param_group(Modules.ParamGroup param_group)
    {
        var options = (Options)(param_group.Options ??= new Options());
        options.FillFrom(Defaults);
        Add(param_group, parameter => new State(parameter));
    }

    private void Step(Modules.ParamGroup group)
    {
        var options = (Options)group.Options!;
        double rate = options.LearningRate!.Value, alpha = options.alpha!.Value, decay = options.weight_decay!.Value;
        foreach (var parameter in group.Parameters)
        {
            using var gradient = parameter.grad;
            if (gradient is null)
                continue;

            var state = StateOf<State>(parameter);
            state.step++;
            var used = options.maximize!.Value ? gradient.neg() : gradient;
            if (decay != 0)
                used = used.add(parameter, alpha: decay);

            TensorUpdates.Scale(state.square_avg!, alpha);
            TensorUpdates.AddProduct(state.square_avg!, used, used, 1 - alpha);
            var deviation = state.square_avg!;
            if (options.centered!.Value)
            {
                TensorUpdates.Lerp(state.grad_avg!, used, 1 - alpha);
                deviation = deviation.addcmul(state.grad_avg!, state.grad_avg!, value: -1);
            }
            deviation = deviation.sqrt();
            TensorUpdates.Shift(deviation, options.eps!.Value);

            if (options.momentum!.Value > 0)
            {
                TensorUpdates.Scale(state.momentum_buffer!, options.momentum.Value);
                TensorUpdates.AddQuotient(state.momentum_buffer!, used, deviation, 1);
                TensorUpdates.Add(parameter, state.momentum_buffer!, -rate);
            }
            else
            {
                TensorUpdates.AddQuotient(parameter, used, deviation, -rate);
            }
        }
    }
}
