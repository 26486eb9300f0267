using TorchSharp.Utils;
using static TorchSharp.torch;
using static TorchSharp.torch.optim;

namespace TorchSharp.Modules;

/// <summary>What all optimizers share: groups, states, and their saving and loading.</summary>
public abstract class OptimizerHelper : Optimizer
{
    private readonly Dictionary<Parameter, OptimizerState> states = new(ReferenceEqualityComparer.Instance);

    protected OptimizerOptions? _defaults;

    public override IEnumerable<Parameter> parameters() => _parameter_groups.SelectMany(group => group.Parameters);

    public override void add_param_group(ParamGroup param_group) => _parameter_groups.Add(param_group);

    public override void zero_grad()
    {
        foreach (var group in _parameter_groups)
            foreach (var parameter in group.Parameters)
            {
                using var grad = parameter.grad;
                if (grad is not null)
                    TensorUpdates.Zero(grad);
            }
    }

    public void to(Device device)
    {
        foreach (var group in _parameter_groups)
            foreach (var parameter in group.Parameters)
                states[parameter].to(device);
    }

    public virtual StateDictionary state_dict()
    {
        var dictionary = new StateDictionary();
        foreach (var group in _parameter_groups)
        {
            dictionary.Options.Add(group.Options!);
            var indices = new List<int>();
            dictionary.StateIndexRef.Add(indices);
            foreach (var parameter in group.Parameters)
            {
                indices.Add(dictionary.State.Count);
                dictionary.State.Add(states[parameter]);
            }
        }
        return dictionary;
    }

    public virtual void load_state_dict(StateDictionary state_dict)
    {
        var mine = this.state_dict();
        CheckCounts(mine, state_dict.Options.Count, state_dict.State.Count);
        for (int i = 0; i < mine.Options.Count; i++)
            if (!ReferenceEquals(mine.Options[i], state_dict.Options[i]))
                mine.Options[i].LoadStateDict(state_dict.Options[i]);
        for (int i = 0; i < mine.State.Count; i++)
            if (!ReferenceEquals(mine.State[i], state_dict.State[i]))
                mine.State[i].LoadStateDict(state_dict.State[i]);
    }

    public void save_state_dict(string location)
    {
        using var stream = File.Create(location);
        using var writer = new BinaryWriter(stream);
        save_state_dict(writer);
    }

    public void save_state_dict(BinaryWriter writer)
    {
        var dictionary = state_dict();
        writer.Write(GetType().Name);
        Leb128.Write(writer, dictionary.Options.Count);
        Leb128.Write(writer, dictionary.State.Count);
        foreach (var options in dictionary.Options)
            options.SaveStateDict(writer);
        foreach (var state in dictionary.State)
            state.SaveStateDict(writer);
    }

    public void load_state_dict(string location)
    {
        using var stream = File.OpenRead(location);
        using var reader = new BinaryReader(stream);
        load_state_dict(reader);
    }

    public void load_state_dict(BinaryReader reader)
    {
        var name = reader.ReadString();
        if (name != GetType().Name)
            throw new InvalidDataException($"Mismatched optimizer type: expected '{GetType().Name}', but found '{name}' in the loaded stream.");

        var mine = state_dict();
        CheckCounts(mine, Leb128.Read(reader), Leb128.Read(reader));
        foreach (var options in mine.Options)
            options.LoadStateDict(reader);
        foreach (var state in mine.State)
            state.LoadStateDict(reader);
    }

    /// <summary>Evaluates the closure with gradients, then runs the body on each group without.</summary>
    protected Tensor? _step<T>(Action<T> body, Func<Tensor>? loss_closure = null)
        where T : ParamGroup
    {
        Tensor? loss = null;
        if (loss_closure is not null)
            using (enable_grad())
                loss = loss_closure();

        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var group in _parameter_groups)
            body((T)group);
        return loss;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            foreach (var state in states.Values)
                (state as IDisposable)?.Dispose();
        base.Dispose(disposing);
    }

    private protected TState StateOf<TState>(Parameter parameter)
        where TState : OptimizerState => (TState)states[parameter];

    // The parameters are listed once: a module's enumeration walks its whole tree.
    private protected void Add<TState>(ParamGroup group, Func<Parameter, TState> newState)
        where TState : OptimizerState
    {
        group.Options!.InitialLearningRate = group.Options.LearningRate!.Value;
        group.Parameters = [.. group.Parameters];
        _parameter_groups.Add(group);
        foreach (var parameter in group.Parameters)
        {
            var state = newState(parameter);
            states[parameter] = state;
            state.Initialize(group.Options);
        }
    }

    private static void CheckCounts(StateDictionary mine, long options, long states)
    {
        if (options != mine.Options.Count)
            throw new ArgumentException("Invalid optimizer state -- different number of parameter groups.");
        if (states != mine.State.Count)
            throw new ArgumentException("Invalid optimizer state -- different number of states.");
    }
}
