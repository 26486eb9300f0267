using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>Stochastic gradient descent, with momentum if asked for.</summary>
public partial class SGD : OptimizerHelper, IMomentum
{
    public SGD(
        IEnumerable<Parameter> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0,
        bool nesterov = false, bool maximize = false)
        : this([new ParamGroup { Parameters = parameters }], lr, momentum, dampening, weight_decay, nesterov, maximize)
    {
    }

    public SGD(
        IEnumerable<ParamGroup> parameters, double lr, double momentum = 0, double dampening = 0, double weight_decay = 0,
        bool nesterov = false, bool maximize = false)
    {
        if (lr < 0)
            throw new ArgumentException($"Invalid learning rate: {lr}");
        if (momentum < 0)
            throw new ArgumentException($"Invalid momentum value: {momentum}");
        if (weight_decay < 0)
            throw new ArgumentException($"Invalid weight_decay value: {weight_decay}");
        if (nesterov && (momentum <= 0 || dampening != 0))
            throw new ArgumentException("Nesterov momentum requires a momentum and zero dampening");

        _defaults = new Options
        {
            LearningRate = lr,
            InitialLearningRate = lr,
            momentum = momentum,
            dampening = dampening,
            weight_decay = weight_decay,
            nesterov = nesterov,
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
        foreach (var parameter in group.Parameters)
        {
            using var gradient = parameter.grad;
            if (gradient is null)
                continue;

            var state = StateOf<State>(parameter);
            bool first = options.momentum != 0 && state.momentum_buffer is null;
            if (first)
                state.momentum_buffer = parameter.empty_like().DetachFromDisposeScope();
            if (!SgdUpdate.InOnePass(parameter, gradient, state.momentum_buffer, first, options))
                SgdUpdate.ByOperators(parameter, gradient, state.momentum_buffer, first, options);
        }
    }
}
