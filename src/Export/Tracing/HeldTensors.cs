using System.Collections;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace MLNetGen.Export;

/// <summary>
/// Tensors that a module holds besides its registered weights, such as a table of positions that its first run made: in its fields, in collections, tuples and helper objects in
/// them, in what its delegates capture, in static fields of its types.
/// </summary>
internal static class HeldTensors
{
    private const int MaximumDepth = 12;

    /// <summary>Takes those that a run made out of its scope: they outlive it.</summary>
    public static void Keep(ExportableModule module, DisposeScope scope)
    {
        foreach ((_, Tensor tensor, _) in Of(module))
        {
            if (!tensor.IsInvalid && scope.Contains(tensor)) scope.Detach(tensor);
        }
    }

    /// <summary>All of them, with the field's name, and whether a delegate captured them, which may be for others to use.</summary>
    public static IEnumerable<(string Field, Tensor Tensor, bool IsCaptured)> Of(ExportableModule module) => Find(module).Tensors;

    /// <summary>The delegates that lie where tensors would.</summary>
    public static IEnumerable<Delegate> DelegatesOf(ExportableModule module) => Find(module).Delegates;

    private static (List<(string Field, Tensor Tensor, bool IsCaptured)> Tensors, List<Delegate> Delegates) Find(ExportableModule module)
    {
        var found = new List<(string, Tensor, bool)>();
        var delegates = new List<Delegate>();
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var own = module.Module.modules().Prepend(module.Module).ToHashSet<object>(ReferenceEqualityComparer.Instance);
        foreach (object start in own.Concat(module.Delegates)) Visit(start, "", 0, false);
        return (found, delegates);

        void Visit(object? value, string field, int depth, bool isCaptured)
        {
            if (value is null or string || depth > MaximumDepth || value.GetType().IsPrimitive || value.GetType().IsEnum) return;
            if (!value.GetType().IsValueType && !seen.Add(value)) return;
            switch (value)
            {
                // Another network is its own affair.
                case Module other when !own.Contains(other):
                    return;
                case Tensor tensor:
                    found.Add((field, tensor, isCaptured));
                    return;
                case Delegate function:
                    foreach (Delegate one in function.GetInvocationList())
                    {
                        delegates.Add(one);
                        Visit(one.Target, field, depth + 1, true);
                    }
                    return;
                case ITuple tuple:
                    for (int i = 0; i < tuple.Length; i++) Visit(tuple[i], field, depth + 1, isCaptured);
                    return;
                case IDictionary dictionary:
                    foreach (object? one in dictionary.Values) Visit(one, field, depth + 1, isCaptured);
                    return;
                case Array { Rank: 1 } array when array.GetType().GetElementType() is { IsPrimitive: true }:
                    return;
                case ICollection collection when IsOf(value.GetType(), "System"):
                    foreach (object? one in collection) Visit(one, field, depth + 1, isCaptured);
                    return;
            }

            for (Type? type = value.GetType(); type is not null && !IsOf(type, "System") && !IsOf(type, "Microsoft") && !IsOf(type, "TorchSharp"); type = type.BaseType)
            {
                foreach (FieldInfo one in type.GetFields(BindingFlags.Instance | BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    if (!one.IsLiteral && !one.FieldType.IsPointer && !one.FieldType.IsByRefLike) Visit(one.GetValue(one.IsStatic ? null : value), $"{type.Name}.{one.Name}", depth + 1, isCaptured);
                }
            }
        }
    }

    private static bool IsOf(Type type, string root) => type.Namespace is { } name && (name == root || name.StartsWith(root + ".", StringComparison.Ordinal));
}
