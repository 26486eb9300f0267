using System.Reflection;
using System.Reflection.Emit;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace MLNetGen.Export;

/// <summary>
/// Whether a forward takes gradients itself, by <c>torch.autograd.grad</c>. While it is traced libtorch may refuse that by an exception that nothing catches on its way through
/// TorchSharp, which ends the process, so that it must be known before forward runs: what the methods call is read, as the compiler wrote it.
/// </summary>
/// <remarks>
/// Followed are calls of methods and lambdas from every forward and from the delegates that a module holds. Not seen are overridden methods called by their base's name, calls in an iterator,
/// and reflection; a call in a branch that evaluation never takes is seen too.
/// </remarks>
internal static class GradientCalls
{
    private const BindingFlags Declared = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;

    // Nothing of theirs takes gradients in a forward.
    private static readonly string[] Libraries = ["System", "Microsoft", "TorchSharp", "Google"];

    private static readonly Dictionary<short, OpCode> Instructions = typeof(OpCodes).GetFields().Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    /// <exception cref="ArgumentException">A forward may call <c>autograd.grad</c>.</exception>
    public static void Refuse(ExportableModule module, ModuleTree tree)
    {
        var seen = new HashSet<MethodBase>();
        foreach (Module part in tree.Modules)
        {
            foreach (MethodInfo forward in part.GetType().GetMethods(Declared).Where(method => method.Name == "forward"))
                Visit(forward, $"'{tree.PathOf(part)}' ({part.GetType().Name})", seen);
        }
        foreach (Delegate function in HeldTensors.DelegatesOf(module))
            Visit(function.Method, tree.Root.GetType().Name, seen);
    }

    private static void Visit(MethodBase start, string part, HashSet<MethodBase> seen)
    {
        var open = new Stack<MethodBase>([start]);
        while (open.TryPop(out MethodBase? method))
        {
            if (IsOfLibrary(method) || !seen.Add(method)) continue;
            foreach (MethodBase called in CallsOf(method))
            {
                if (called.DeclaringType == typeof(autograd) && called.Name == nameof(autograd.grad))
                {
                    throw new ArgumentException(
                        $"{part} takes gradients itself: its forward leads to {NameOf(method)}, which calls torch.autograd.grad. That belongs to training: write the gradient as operations, "
                            + "or keep the call out of what forward calls.");
                }
                open.Push(called);
            }
        }
    }

    private static IEnumerable<MethodBase> CallsOf(MethodBase method)
    {
        // What was made while the program runs, as a compiled expression, has none to be read.
        if (method is DynamicMethod || method.GetType().DeclaringType == typeof(DynamicMethod) || method.GetMethodBody()?.GetILAsByteArray() is not { } bytes) yield break;
        Type[]? ofType = method.DeclaringType?.GetGenericArguments(), ofMethod = method.IsGenericMethod ? method.GetGenericArguments() : null;
        int at = 0;
        while (at < bytes.Length)
        {
            // A first byte of 0xFE says that there is a second one (ECMA-335, III.1.2).
            OpCode code = Instructions[bytes[at] == 0xFE ? unchecked((short)(0xFE00 | bytes[at + 1])) : bytes[at]];
            at += code.Size;
            if (code.OperandType == OperandType.InlineMethod && Resolve(method.Module, BitConverter.ToInt32(bytes, at), ofType, ofMethod) is { } called) yield return called;
            at += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                // A count, and so many targets.
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(bytes, at)),
                _ => 4,
            };
        }
    }

    // What an assembly that is not there declares cannot be read, nor run.
    private static MethodBase? Resolve(System.Reflection.Module module, int token, Type[]? ofType, Type[]? ofMethod)
    {
        try
        {
            return module.ResolveMethod(token, ofType, ofMethod);
        }
        catch (Exception e) when (e is IOException or TypeLoadException or MissingMemberException or BadImageFormatException or ArgumentException)
        {
            return null;
        }
    }

    private static bool IsOfLibrary(MethodBase method)
    {
        string name = method.Module.Assembly.GetName().Name ?? "";
        return Libraries.Any(library => name == library || name.StartsWith(library + ".", StringComparison.Ordinal));
    }

    // The compiler's own classes and methods for lambdas have names in angle brackets: <Method>b__0.
    private static string NameOf(MethodBase method)
    {
        Type? type = method.DeclaringType;
        while (type is { DeclaringType: not null } && type.Name.StartsWith('<')) type = type.DeclaringType;
        return method.Name.StartsWith('<') ? $"a function in {type?.Name}.{method.Name[1..method.Name.IndexOf('>', StringComparison.Ordinal)]}" : $"{type?.Name}.{method.Name}";
    }
}
