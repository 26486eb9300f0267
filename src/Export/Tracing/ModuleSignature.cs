using System.Collections;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.CompilerServices;
using TorchSharp.Modules;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace MLNetGen.Export;

/// <summary>What a module takes and gives: tensors, and tuples, arrays, lists and dictionaries of them. Says how it is called, and hooks its calls.</summary>
internal sealed class ModuleSignature
{
    private const int LongestTuple = 7;

    private readonly Module module;
    private readonly MethodInfo call;
    private readonly Type[] arguments;
    private readonly Type result;

    private ModuleSignature(Module module, MethodInfo call)
    {
        this.module = module;
        this.call = call;
        arguments = [.. call.GetParameters().Select(parameter => parameter.ParameterType)];
        result = call.ReturnType;
        InputCount = arguments.Any(IsList) ? -1 : arguments.Sum(CountOf);
        OptionalInputCount = module switch { GRU or RNN => 1, MultiheadAttention => 2, _ => arguments.Where(type => Nullable.GetUnderlyingType(type) is not null).Sum(CountOf) };
    }

    /// <summary>How many tensors it takes, optional ones included; -1 for any number.</summary>
    public int InputCount { get; }

    /// <summary>How many of the last ones may be left out.</summary>
    public int OptionalInputCount { get; }

    /// <summary>A module's; null where what it takes or gives may hold tensors out of sight.</summary>
    public static ModuleSignature? Of(Module module)
    {
        Type? type = module.GetType();
        while (type is not null && !(type.BaseType is { IsGenericType: true } parent && parent.GetGenericTypeDefinition() == typeof(nn.HookableModule<,>))) type = type.BaseType;
        return type?.GetGenericArguments() is [.. var arguments, Type result] && arguments.Append(result).All(IsKnown) && type.GetMethod(nameof(call), arguments) is { } method
            ? new(module, method) : null;
    }

    /// <summary>Whether somebody has registered a hook that runs after a module's calls, and may give another result; TorchSharp does not say so in public.</summary>
    public static bool HasHookAfterwards(Module module)
    {
        for (Type? type = module.GetType(); type is not null; type = type.BaseType)
        {
            foreach (string name in (string[])["post_hooks", "module_post_hooks"])
            {
                if (type.GetField(name, BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)?.GetValue(module) is ICollection { Count: > 0 }) return true;
            }
        }

        return false;
    }

    /// <summary>Calls the module.</summary>
    /// <param name="inputs">Its tensors, in order.</param>
    /// <param name="names">The keys of those that it takes in a dictionary; null for none.</param>
    /// <returns>The results, and their keys where they are in a dictionary.</returns>
    public (Tensor[] Results, string[]? Keys) Call(IReadOnlyList<Tensor> inputs, string[]? names)
    {
        var left = new Queue<Tensor>(inputs);
        object? given = call.Invoke(module, BindingFlags.DoNotWrapExceptions, null, [.. arguments.Select(type => Argument(type, left, names))], null);
        return ([.. Tensors(result, given)!], (given as Dictionary<string, Tensor>)?.Keys.ToArray());
    }

    /// <summary>Attaches hooks before and after its calls; the result takes them off.</summary>
    /// <param name="before">Is given the tensors of a call; null for an optional one that was left out.</param>
    /// <param name="after">Is given those and the results, and gives what a single result becomes.</param>
    public Action Attach(Action<Tensor?[]> before, Func<Tensor?[], Tensor[], Tensor[]> after)
    {
        Type hookable = call.DeclaringType!.BaseType!;
        // Func<module, arguments, changed arguments> and Func<module, arguments, result, changed result>.
        Type[] hooks = hookable.GetGenericArguments();
        return Add("register_forward_pre_hook", hooks[0], given =>
        {
            before(Given(given));
            return given is [object single] ? single : null;
        }) + Add("register_forward_hook", hooks[1], given =>
        {
            // MultiheadAttention's weights are an invalid tensor unless they were asked for.
            Tensor[] results = after(Given(given), [.. Tensors(result, given[^1]).OfType<Tensor>().Where(tensor => !tensor.IsInvalid)]);
            return result == typeof(Tensor) ? results[0] : given[^1];
        });

        Tensor?[] Given(object?[] values) => [.. arguments.Zip(values).SelectMany(pair => Tensors(pair.First, pair.Second))];

        Action Add(string register, Type kind, Func<object?[], object?> run)
        {
            MethodInfo invoke = kind.GetMethod(nameof(Action.Invoke))!;
            ParameterExpression[] parameters = [.. invoke.GetParameters().Select(parameter => Expression.Parameter(parameter.ParameterType))];
            Expression values = Expression.NewArrayInit(typeof(object), parameters.Skip(1).Select(parameter => Expression.Convert(parameter, typeof(object))));
            Expression body = Expression.Convert(Expression.Invoke(Expression.Constant(run), values), invoke.ReturnType);
            object remover = hookable.GetMethod(register, [kind])!.Invoke(module, [Expression.Lambda(kind, body, parameters).Compile(preferInterpretation: true)])!;
            return remover.GetType().GetMethod("remove")!.CreateDelegate<Action>(remover);
        }
    }

    private static bool IsTuple(Type type) => typeof(ITuple).IsAssignableFrom(type) && type.GetGenericArguments().Length <= LongestTuple;

    private static bool IsList(Type type) => typeof(IEnumerable<Tensor>).IsAssignableFrom(type) || type == typeof(Dictionary<string, Tensor>);

    private static bool IsKnown(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? IsKnown(inner)
        : type == typeof(Tensor) || type == typeof(bool) || IsList(type) || (IsTuple(type) && type.GetGenericArguments().All(IsKnown));

    private static int CountOf(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? CountOf(inner) : IsTuple(type) ? type.GetGenericArguments().Sum(CountOf) : type == typeof(Tensor) ? 1 : 0;

    private static object? Argument(Type type, Queue<Tensor> left, string[]? names)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return left.Count == 0 ? null : Argument(inner, left, names);
        if (IsTuple(type))
        {
            object?[] parts = [.. type.GetGenericArguments().Select(part => Argument(part, left, names))];
            return !parts.Contains(null) ? Activator.CreateInstance(type, parts)
                : throw new ArgumentException($"Of {parts.Length} tensors that belong together, as a hidden and a cell state, or neither, {parts.Count(part => part is not null)} was given as example input.");
        }

        if (type == typeof(Dictionary<string, Tensor>))
            return names?.Zip(left).ToDictionary(pair => pair.First, pair => pair.Second) ?? throw new ArgumentException("The module takes tensors by name: give it as ExportableModule.ByName(module, names).");
        if (IsList(type)) return type.IsAssignableFrom(typeof(Tensor[])) ? left.ToArray() : left.ToList();
        // MultiheadAttention's, for its weights. (Beside a tensor in one expression it would become one.)
        if (type == typeof(bool)) return true;
        return left.TryDequeue(out Tensor? tensor) ? tensor : null;
    }

    // Also of a tuple that was left out, as an LSTM's states may be.
    private static IEnumerable<Tensor?> Tensors(Type type, object? value)
    {
        if (Nullable.GetUnderlyingType(type) is { } inner) return Tensors(inner, value);
        if (IsTuple(type)) return type.GetGenericArguments().SelectMany((part, i) => Tensors(part, (value as ITuple)?[i]));
        if (type == typeof(Tensor)) return [value as Tensor];
        return value as IEnumerable<Tensor> ?? (value as Dictionary<string, Tensor>)?.Values.AsEnumerable() ?? [];
    }
}
