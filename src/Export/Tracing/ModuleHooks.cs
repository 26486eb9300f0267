using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace MLNetGen.Export;

/// <summary>Puts hooks before and after a module's calls, whatever its signature.</summary>
internal static class ModuleHooks
{
    /// <summary>Attaches both hooks; the result takes them off. Null when the module's signature is not known here.</summary>
    public static Action? Attach(Module module, Action<Tensor?[]> before, Action<Tensor?[], Tensor[]> after)
    {
        switch (module)
        {
            case Module<Tensor, Tensor> m:
                {
                    var pre = m.register_forward_pre_hook((_, x) => { before([x]); return x; });
                    var post = m.register_forward_hook((_, x, y) => { after([x], [y]); return y; });
                    return () => { pre.remove(); post.remove(); };
                }
            case Module<Tensor, Tensor, Tensor> m:
                {
                    var pre = m.register_forward_pre_hook((_, a, b) => { before([a, b]); return null; });
                    var post = m.register_forward_hook((_, a, b, y) => { after([a, b], [y]); return y; });
                    return () => { pre.remove(); post.remove(); };
                }
            case Module<Tensor, Tensor, Tensor, Tensor> m:
                {
                    var pre = m.register_forward_pre_hook((_, a, b, c) => { before([a, b, c]); return null; });
                    var post = m.register_forward_hook((_, a, b, c, y) => { after([a, b, c], [y]); return y; });
                    return () => { pre.remove(); post.remove(); };
                }
            case Module<Tensor[], Tensor> m:
                {
                    var pre = m.register_forward_pre_hook((_, x) => { before(x); return x; });
                    var post = m.register_forward_hook((_, x, y) => { after(x, [y]); return y; });
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
            default:
                return null;
        }
    }
}
