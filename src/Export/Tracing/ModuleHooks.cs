using System.Collections;
using System.Reflection;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using Module = TorchSharp.torch.nn.Module;

namespace MLNetGen.Export;

/// <summary>Puts hooks before and after a module's calls, whatever its signature.</summary>
internal static class ModuleHooks
{
    /// <summary>Whether somebody has registered a hook that runs after a module's calls, and may give another result; TorchSharp does not say so in public.</summary>
    public static bool HasAfterwards(Module module)
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

    /// <summary>Attaches both hooks; the result takes them off. Null when the module's signature is not known here.</summary>
    public static Action? Attach(Module module, Action<Tensor?[]> before, Func<Tensor?[], Tensor[], Tensor[]> after)
    {
        switch (module)
        {
            case Module<Tensor, Tensor> m:
                {
                    var pre = m.register_forward_pre_hook((_, x) => { before([x]); return x; });
                    var post = m.register_forward_hook((_, x, y) => after([x], [y])[0]);
                    return () => { pre.remove(); post.remove(); };
                }
            case Module<Tensor, Tensor, Tensor> m:
                {
                    var pre = m.register_forward_pre_hook((_, a, b) => { before([a, b]); return null; });
                    var post = m.register_forward_hook((_, a, b, y) => after([a, b], [y])[0]);
                    return () => { pre.remove(); post.remove(); };
                }
            case Module<Tensor, Tensor, Tensor, Tensor> m:
                {
                    var pre = m.register_forward_pre_hook((_, a, b, c) => { before([a, b, c]); return null; });
                    var post = m.register_forward_hook((_, a, b, c, y) => after([a, b, c], [y])[0]);
                    return () => { pre.remove(); post.remove(); };
                }
            case Module<Tensor[], Tensor> m:
                {
                    var pre = m.register_forward_pre_hook((_, x) => { before(x); return x; });
                    var post = m.register_forward_hook((_, x, y) => after(x, [y])[0]);
                    return () => { pre.remove(); post.remove(); };
                }
            case Module<Tensor, Tensor[]> m:
                {
                    var pre = m.register_forward_pre_hook((_, x) => { before([x]); return x; });
                    var post = m.register_forward_hook((_, x, y) => { after([x], y); return y; });
                    return () => { pre.remove(); post.remove(); };
                }
            case Module<Tensor, (Tensor, Tensor)> m:
                {
                    var pre = m.register_forward_pre_hook((_, x) => { before([x]); return x; });
                    var post = m.register_forward_hook((_, x, y) => { after([x], [y.Item1, y.Item2]); return y; });
                    return () => { pre.remove(); post.remove(); };
                }
            case Module<Tensor, (Tensor, Tensor, Tensor)> m:
                {
                    var pre = m.register_forward_pre_hook((_, x) => { before([x]); return x; });
                    var post = m.register_forward_hook((_, x, y) => { after([x], [y.Item1, y.Item2, y.Item3]); return y; });
                    return () => { pre.remove(); post.remove(); };
                }
            case Module<Tensor, Tensor, (Tensor, Tensor)> m:
                {
                    var pre = m.register_forward_pre_hook((_, a, b) => { before([a, b]); return null; });
                    var post = m.register_forward_hook((_, a, b, y) => { after([a, b], [y.Item1, y.Item2]); return y; });
                    return () => { pre.remove(); post.remove(); };
                }
            case Module<Tensor, Tensor, (Tensor, Tensor, Tensor)> m:
                {
                    var pre = m.register_forward_pre_hook((_, a, b) => { before([a, b]); return null; });
                    var post = m.register_forward_hook((_, a, b, y) => { after([a, b], [y.Item1, y.Item2, y.Item3]); return y; });
                    return () => { pre.remove(); post.remove(); };
                }
            case Module<Tensor, Tensor, Tensor, (Tensor, Tensor)> m:
                {
                    var pre = m.register_forward_pre_hook((_, a, b, c) => { before([a, b, c]); return null; });
                    var post = m.register_forward_hook((_, a, b, c, y) => { after([a, b, c], [y.Item1, y.Item2]); return y; });
                    return () => { pre.remove(); post.remove(); };
                }
            case Module<Tensor, Tensor, Tensor, Tensor, Tensor> m:
                {
                    var pre = m.register_forward_pre_hook((_, a, b, c, d) => { before([a, b, c, d]); return null; });
                    var post = m.register_forward_hook((_, a, b, c, d, y) => after([a, b, c, d], [y])[0]);
                    return () => { pre.remove(); post.remove(); };
                }
            // Recurrent layers with two states, such as LSTM, and their cells.
            case Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor, Tensor)> m:
                {
                    var pre = m.register_forward_pre_hook((_, x, state) => { before([x, state?.Item1, state?.Item2]); return null; });
                    var post = m.register_forward_hook((_, x, state, y) => { after([x, state?.Item1, state?.Item2], [y.Item1, y.Item2, y.Item3]); return y; });
                    return () => { pre.remove(); post.remove(); };
                }
            case Module<Tensor, (Tensor, Tensor)?, (Tensor, Tensor)> m:
                {
                    var pre = m.register_forward_pre_hook((_, x, state) => { before([x, state?.Item1, state?.Item2]); return null; });
                    var post = m.register_forward_hook((_, x, state, y) => { after([x, state?.Item1, state?.Item2], [y.Item1, y.Item2]); return y; });
                    return () => { pre.remove(); post.remove(); };
                }
            // MultiheadAttention: the weights are an invalid tensor unless they were asked for.
            case Module<Tensor, Tensor, Tensor, Tensor?, bool, Tensor?, Tuple<Tensor, Tensor>> m:
                {
                    var pre = m.register_forward_pre_hook((_, q, k, v, padding, _, mask) => { before([q, k, v, padding, mask]); return null; });
                    var post = m.register_forward_hook((_, q, k, v, padding, _, mask, y) =>
                    {
                        after([q, k, v, padding, mask], y.Item2 is null || y.Item2.IsInvalid ? [y.Item1] : [y.Item1, y.Item2]);
                        return y;
                    });
                    return () => { pre.remove(); post.remove(); };
                }
            default:
                return null;
        }
    }
}
