using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// TorchSharp's Adam, AdamW and SGD, with a step that is one operation of libtorch over all parameters (<c>_fused_adam_</c> and its like) and passes over their memory once.
/// TorchSharp's own step is a dozen operations, and as many passes, of every parameter. Rules, state and files are TorchSharp's: a state that either saved, the other loads.
/// </summary>
/// <remarks>
/// A parameter without a gradient stays, and so does its state. <c>zero_grad</c> lets gradients go where TorchSharp's fills them with zeros: backward then makes new ones
/// and has none to read and add to.
/// </remarks>
internal static class FusedOptimizers
{
    // Numbers of a parameter from which on more than one thread pays.
    private const long Large = 1 << 20;

    // TorchSharp has no function for these operations; TorchScript knows all of libtorch's. They take a gradient's memory as it lies, so it has to lie as the parameter's does.
    private static readonly Lazy<jit.CompilationUnit> Script = new(() => jit.compile(
        """
        def laid_out_as(parameters: List[Tensor], gradients: List[Tensor]) -> List[Tensor]:
            same: List[Tensor] = []
            for parameter, gradient in zip(parameters, gradients):
                same.append(gradient if gradient.stride() == parameter.stride() else torch.empty_like(parameter).copy_(gradient))
            return same

        def adam(p: List[Tensor], g: List[Tensor], mean: List[Tensor], square: List[Tensor], steps: List[Tensor], rate: float, beta1: float, beta2: float, epsilon: float, decay: float):
            largest: List[Tensor] = []
            torch._fused_adam_(p, laid_out_as(p, g), mean, square, largest, steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False)

        def adamw(p: List[Tensor], g: List[Tensor], mean: List[Tensor], square: List[Tensor], steps: List[Tensor], rate: float, beta1: float, beta2: float, epsilon: float, decay: float):
            largest: List[Tensor] = []
            torch._fused_adamw_(p, laid_out_as(p, g), mean, square, largest, steps, lr=rate, beta1=beta1, beta2=beta2, weight_decay=decay, eps=epsilon, amsgrad=False, maximize=False)

        def sgd(p: List[Tensor], g: List[Tensor], momentum: List[Tensor], rate: float, factor: float, decay: float, nesterov: bool):
            torch._fused_sgd_(p, laid_out_as(p, g), momentum, weight_decay=decay, momentum=factor, lr=rate, dampening=0.0, nesterov=nesterov, maximize=False, is_first_step=False)

        def approach(averages: List[Tensor], values: List[Tensor], share: float):
            torch._foreach_lerp_(averages, values, share)

        def clip(gradients: List[Tensor], longest: float):
            length = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(gradients, 2)))
            torch._foreach_mul_(gradients, torch.clamp(longest / (length + 1e-6), max=1.0))

        """));

    /// <summary>Moves tensors a share of the way to others, in place and without gradients.</summary>
    public static void Approach(Tensor[] averages, Tensor[] values, double share) => Run("approach", [averages, values], share);

    /// <summary>Shortens gradients that together are longer than this, as <c>clip_grad_norm_</c> does, which reads the length back: Pascanu, Mikolov and Bengio 2012, arXiv:1211.5063.</summary>
    public static void ClipGradients(IEnumerable<Parameter> parameters, double longest)
    {
        using DisposeScope scope = NewDisposeScope();
        Tensor[] gradients = [.. parameters.Select(parameter => parameter.grad).OfType<Tensor>()];
        if (gradients.Length > 0)
            Run("clip", [gradients], longest);
    }

    /// <param name="function">Of the script.</param>
    /// <param name="tensors">Its lists.</param>
    /// <param name="numbers">What follows them.</param>
    private static void Run(string function, Tensor[][] tensors, params ReadOnlySpan<double> numbers) => Run(function, tensors, numbers, []);

    private static void Run(string function, Tensor[][] tensors, ReadOnlySpan<double> numbers, object[] more)
    {
        using var noGradient = no_grad();
        // TorchSharp would make these itself, and leave them to the garbage collector while libtorch reads them.
        Scalar[] scalars = new Scalar[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
            scalars[i] = numbers[i];
        Script.Value.invoke(function, [.. tensors, .. scalars, .. more]);
        foreach (Scalar scalar in scalars) scalar.Dispose();
    }

    private static void LetGo(IEnumerable<Parameter> parameters)
    {
        foreach (Parameter parameter in parameters) parameter.grad = null;
    }

    /// <summary>A parameter with a gradient, and what its optimiser keeps of it.</summary>
    private readonly record struct Learning(Tensor Parameter, Tensor Gradient, Tensor? First, Tensor? Second = null, long Step = 0);

    // Where all learn all the time there are two calls, of large parameters and of the others.
    private static void Update(IEnumerable<Learning> parameters, Action<Learning[]> update)
    {
        foreach (IGrouping<(long Step, bool IsLarge), Learning> alike in parameters.GroupBy(one => (one.Step, IsLarge: one.Parameter.numel() >= Large)))
        {
            int threads = get_num_threads();
            // The operations take all threads for whatever is longer than a cache line, and to wake them takes longer than to do without.
            if (!alike.Key.IsLarge)
                set_num_threads(1);
            try
            {
                update([.. alike]);
            }
            finally
            {
                set_num_threads(threads);
            }
        }
    }

    private static void AdamStep(string function, IEnumerable<Learning> parameters, double rate, double beta1, double beta2, double epsilon, double decay) => Update(parameters, alike =>
    {
        Tensor[] steps = new Tensor[alike.Length];
        Array.Fill(steps, full([1], alike[0].Step, ScalarType.Float32, alike[0].Parameter.device));
        Run(
            function,
            [
                Array.ConvertAll(alike, one => one.Parameter), Array.ConvertAll(alike, one => one.Gradient), Array.ConvertAll(alike, one => one.First!),
                Array.ConvertAll(alike, one => one.Second!), steps,
            ],
            rate, beta1, beta2, epsilon, decay);
    });

    /// <summary>An optimiser whose one operation takes memory as it lies.</summary>
    internal interface IKeepsState
    {
        /// <summary>Brings what is kept of each parameter into the order that the parameter itself lies in.</summary>
        void LayOutAsParameters();
    }

    private static void LayOutAs(Tensor parameter, Tensor? kept)
    {
        if (kept is not null && !kept.stride().AsSpan().SequenceEqual(parameter.stride()))
            kept.set_(empty_like(parameter).copy_(kept));
    }

    // The classes have TorchSharp's names, which stand at the head of a saved state.

    /// <summary>Kingma and Ba 2014, arXiv:1412.6980.</summary>
    internal sealed class Adam(IEnumerable<Parameter> parameters, double rate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double decay = 0)
        : TorchSharp.Modules.Adam((Parameter[])[.. parameters], rate, beta1, beta2, epsilon, decay), IKeepsState
    {
        public override void zero_grad() => LetGo(this.parameters());

        public void LayOutAsParameters()
        {
            foreach (Parameter parameter in this.parameters())
            {
                State state = (State)_state[parameter.Handle];
                LayOutAs(parameter, state.exp_avg);
                LayOutAs(parameter, state.exp_avg_sq);
            }
        }

        public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(
            group =>
            {
                List<Learning> learning = [];
                foreach (Parameter parameter in group.Parameters)
                {
                    if (parameter.grad is not { } gradient)
                        continue;
                    State state = (State)_state[parameter.Handle];
                    learning.Add(new(parameter, gradient, state.exp_avg, state.exp_avg_sq, ++state.step));
                }
                Options options = group.Options;
                AdamStep("adam", learning, options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value, options.eps!.Value, options.weight_decay!.Value);
            },
            closure);
    }

    /// <summary>Loshchilov and Hutter 2017, arXiv:1711.05101.</summary>
    internal sealed class AdamW(IEnumerable<Parameter> parameters, double rate = 1e-3, double beta1 = 0.9, double beta2 = 0.999, double epsilon = 1e-8, double decay = 0)
        : TorchSharp.Modules.AdamW((Parameter[])[.. parameters], rate, beta1, beta2, epsilon, decay), IKeepsState
    {
        public override void zero_grad() => LetGo(this.parameters());

        public void LayOutAsParameters()
        {
            foreach (Parameter parameter in this.parameters())
            {
                State state = (State)_state[parameter.Handle];
                LayOutAs(parameter, state.exp_avg);
                LayOutAs(parameter, state.exp_avg_sq);
            }
        }

        public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(
            group =>
            {
                List<Learning> learning = [];
                foreach (Parameter parameter in group.Parameters)
                {
                    if (parameter.grad is not { } gradient)
                        continue;
                    State state = (State)_state[parameter.Handle];
                    learning.Add(new(parameter, gradient, state.exp_avg, state.exp_avg_sq, ++state.step));
                }
                Options options = group.Options;
                AdamStep("adamw", learning, options.LearningRate!.Value, options.beta1!.Value, options.beta2!.Value, options.eps!.Value, options.weight_decay!.Value);
            },
            closure);
    }

    /// <summary>Stochastic gradient descent with momentum, and decay by a term of the loss: Krizhevsky et al. 2012, section 5; Nesterov's as Sutskever et al. 2013 have it.</summary>
    internal sealed class SGD(IEnumerable<Parameter> parameters, double rate, double momentum = 0, double decay = 0, bool nesterov = false)
        : TorchSharp.Modules.SGD((Parameter[])[.. parameters], rate, momentum, weight_decay: decay, nesterov: nesterov), IKeepsState
    {
        public override void zero_grad() => LetGo(this.parameters());

        public void LayOutAsParameters()
        {
            foreach (Parameter parameter in this.parameters()) LayOutAs(parameter, ((State)_state[parameter.Handle]).momentum_buffer);
        }

        public override Tensor? step(Func<Tensor>? closure = null) => _step<ParamGroup>(
            group =>
            {
                Options options = group.Options;
                double factor = options.momentum!.Value;
                List<Learning> learning = [];
                foreach (Parameter parameter in group.Parameters)
                {
                    if (parameter.grad is not { } gradient)
                        continue;
                    // Of the first step it is the gradient: what momentum makes of zeros.
                    Tensor? buffer = factor == 0 ? null : ((State)_state[parameter.Handle]).momentum_buffer ??= zeros_like(parameter).DetachFromDisposeScope();
                    learning.Add(new(parameter, gradient, buffer));
                }
                Update(learning, alike => Run(
                    "sgd",
                    [Array.ConvertAll(alike, one => one.Parameter), Array.ConvertAll(alike, one => one.Gradient), [.. alike.Select(one => one.First).OfType<Tensor>()]],
                    [options.LearningRate!.Value, factor, options.weight_decay!.Value],
                    [options.nesterov!.Value]));
            },
            closure);
    }
}
