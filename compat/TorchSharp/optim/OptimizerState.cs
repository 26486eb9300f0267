using static TorchSharp.torch;

namespace TorchSharp.Modules;

/// <summary>What an optimizer remembers of one parameter.</summary>
public abstract class OptimizerState
{
    protected Parameter _parameter;

    protected OptimizerState(Parameter parameter) => _parameter = parameter;

    public abstract void SaveStateDict(BinaryWriter writer);

    public abstract void LoadStateDict(BinaryReader reader);

    public abstract void LoadStateDict(OptimizerState source);

    public virtual bool ApproximatelyEquals(OptimizerState other) => false;

    public abstract void Initialize(OptimizerOptions options);

    public virtual void to(Device device)
    {
    }

    protected static void LoadConditionalStateTensor(BinaryReader reader, ref Tensor? result, Device device)
    {
        if (!reader.ReadBoolean())
        {
            result?.Dispose();
            result = null;
            return;
        }
        // Into a tensor of the file's own type and shape, when there is none yet.
        if (result is null)
            result = Tensor.Load(reader).to(device, disposeAfter: true).DetachFromDisposeScope();
        else
            result.Load(reader);
    }

    protected static void SaveConditionalStateTensor(BinaryWriter writer, Tensor? tensor)
    {
        writer.Write(tensor is not null);
        tensor?.Save(writer);
    }

    private protected Tensor Zeros() => zeros_like(_parameter).DetachFromDisposeScope();

    private protected void Replace(ref Tensor? mine, Tensor? theirs)
    {
        var copy = theirs?.to(_parameter.device, copy: true).DetachFromDisposeScope();
        mine?.Dispose();
        mine = copy;
    }

    private protected static void Move(ref Tensor? tensor, Device device)
    {
        var moved = tensor?.to(device).DetachFromDisposeScope();
        if (!ReferenceEquals(moved, tensor))
            tensor?.Dispose();
        tensor = moved;
    }

    private protected static bool Close(Tensor? mine, Tensor? theirs) =>
        mine is null || (theirs is not null && mine.allclose(theirs));
}
