using System.Runtime.CompilerServices;

namespace TorchSharp;

/// <summary>
/// An operator of libtorch, by name: <c>new Operator("aten::add", "Tensor").Call(a, b)</c>. Arguments left out take the
/// schema's defaults. Results join the current <see cref="DisposeScope"/>.
/// </summary>
internal sealed unsafe class Operator(string name, string overload = "")
{
    private const int MaxResults = 16, StackSlots = 64;
    private nint handle;

    /// <summary>Whether this libtorch has the operator.</summary>
    public bool Exists()
    {
        nint found;
        return Native.Find(name, overload, &found) == 0;
    }

    public override string ToString() => overload.Length == 0 ? name : $"{name}.{overload}";

    /// <summary>Calls an operator that has one tensor result.</summary>
    public torch.Tensor Call(params ReadOnlySpan<Arg> args)
    {
        Value result;
        Run(args, &result, 1);
        if (result.Kind != Kind.Tensor || result.Data == null) throw new InvalidOperationException($"{this} returned no tensor.");
        return new torch.Tensor((nint)result.Data);
    }

    /// <summary>Calls an operator that has several results, or a list. A result that is not defined is null.</summary>
    public torch.Tensor[] CallMany(params ReadOnlySpan<Arg> args)
    {
        Value* results = stackalloc Value[MaxResults];
        int used = Run(args, results, MaxResults);
        if (used == 1 && results[0].Kind == Kind.Tensors)
        {
            var list = new torch.Tensor[results[0].Count];
            var handles = (nint*)results[0].Data;
            for (int k = 0; k < list.Length; k++) list[k] = Wrap(handles[k])!;
            Native.FreeList(handles);
            return list;
        }
        var tensors = new torch.Tensor[used];
        for (int k = 0; k < used; k++) tensors[k] = Wrap((nint)results[k].Data)!;
        return tensors;
    }

    /// <summary>Calls an in-place operator, or one whose result is not wanted.</summary>
    public void CallVoid(params ReadOnlySpan<Arg> args)
    {
        Value* results = stackalloc Value[MaxResults];
        int used = Run(args, results, MaxResults);
        for (int k = 0; k < used; k++)
        {
            if (results[k].Kind == Kind.Tensor && results[k].Data != null) Native.Release((nint)results[k].Data);
            else if (results[k].Kind == Kind.Tensors) ReleaseList(results[k]);
        }
    }

    public double CallDouble(params ReadOnlySpan<Arg> args)
    {
        Value result;
        Run(args, &result, 1);
        return result.Kind == Kind.Double ? result.Double : result.Int;
    }

    public long CallInt(params ReadOnlySpan<Arg> args)
    {
        Value result;
        Run(args, &result, 1);
        return result.Int;
    }

    public bool CallBool(params ReadOnlySpan<Arg> args) => CallInt(args) != 0;

    /// <summary>Calls an operator whose result is one number of any kind.</summary>
    public Scalar CallScalar(params ReadOnlySpan<Arg> args)
    {
        Value result;
        Run(args, &result, 1);
        return Scalar.From(result);
    }

    [SkipLocalsInit]
    private int Run(ReadOnlySpan<Arg> args, Value* results, int capacity)
    {
        int slots = 0;
        foreach (ref readonly var arg in args) slots += arg.ListSlots;
        if (slots > StackSlots)
        {
            fixed (long* lists = new long[slots]) return Run(args, lists, results, capacity);
        }
        long* stack = stackalloc long[StackSlots];
        return Run(args, stack, results, capacity);
    }

    [SkipLocalsInit]
    private int Run(ReadOnlySpan<Arg> args, long* lists, Value* results, int capacity)
    {
        if (handle == 0) Find();
        Value* values = stackalloc Value[args.Length];
        for (int k = 0; k < args.Length; k++) lists += args[k].Write(values + k, lists);
        int used;
        Native.Check(Native.Call(handle, values, args.Length, results, capacity, &used));
        return used;
    }

    // Two threads may both find it: they find the same.
    private void Find()
    {
        nint found;
        Native.Check(Native.Find(name, overload, &found));
        handle = found;
    }

    private static torch.Tensor? Wrap(nint handle) => handle == 0 ? null : new torch.Tensor(handle);

    private static void ReleaseList(Value list)
    {
        var handles = (nint*)list.Data;
        for (int k = 0; k < list.Count; k++)
            if (handles[k] != 0) Native.Release(handles[k]);
        Native.FreeList(handles);
    }
}
