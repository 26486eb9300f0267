using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            // A buffer registered as not persistent is never listed, whatever include_nonpersistent says: the real one does the same.
            public virtual IEnumerable<(string name, Tensor buffer)> named_buffers(bool recurse = true, bool include_nonpersistent = true)
            {
                var seen = new HashSet<Tensor>(ReferenceEqualityComparer.Instance);
                foreach (var (name, (buffer, persistent)) in registeredBuffers)
                    if (persistent && !buffer.IsInvalid && seen.Add(buffer))
                        yield return (name, buffer);

                if (!recurse)
                    yield break;
                foreach (var (child, module) in submodules)
                    foreach (var (name, buffer) in module.named_buffers(true, include_nonpersistent))
                        if (seen.Add(buffer))
                            yield return ($"{child}.{name}", buffer);
            }

            public virtual IEnumerable<Tensor> buffers(bool recurse = true, bool include_nonpersistent = true) =>
                named_buffers(recurse, include_nonpersistent).Select(named => named.buffer);

            public virtual IEnumerable<(string name, Parameter parameter)> named_parameters(bool recurse = true)
            {
                var seen = new HashSet<Parameter>(ReferenceEqualityComparer.Instance);
                foreach (var (name, parameter) in registeredParameters)
                    if (!parameter.IsInvalid && seen.Add(parameter))
                        yield return (name, parameter);

                if (!recurse)
                    yield break;
                foreach (var (child, module) in submodules)
                    foreach (var (name, parameter) in module.named_parameters(true))
                        if (seen.Add(parameter))
                            yield return ($"{child}.{name}", parameter);
            }

            public virtual IEnumerable<Parameter> parameters(bool recurse = true) =>
                named_parameters(recurse).Select(named => named.parameter);

            public virtual IEnumerable<(string name, Module module)> named_children() =>
                submodules.Select(pair => (pair.Key, pair.Value));

            public virtual IEnumerable<Module> children() => named_children().Select(named => named.module);

            /// <summary>The children, then what lies below each of them; the module itself is not listed.</summary>
            public virtual IEnumerable<(string name, Module module)> named_modules()
            {
                foreach (var (name, module) in submodules)
                    yield return (name, module);
                foreach (var (child, module) in submodules)
                    foreach (var (name, descendant) in module.named_modules())
                        yield return ($"{child}.{name}", descendant);
            }

            public virtual IEnumerable<Module> modules() => named_modules().Select(named => named.module);

            public virtual bool has_buffer(string target) =>
                registeredBuffers.ContainsKey(target) || ChildrenOnPath(target).Any(child => child.module.has_buffer(child.rest));

            public virtual bool has_parameter(string target) =>
                registeredParameters.ContainsKey(target) || ChildrenOnPath(target).Any(child => child.module.has_parameter(child.rest));

            public virtual Tensor? get_buffer(string target) =>
                registeredBuffers.TryGetValue(target, out var found)
                    ? found.Tensor
                    : ChildrenOnPath(target).Select(child => child.module.get_buffer(child.rest)).FirstOrDefault(buffer => buffer is not null);

            public virtual Parameter? get_parameter(string target) =>
                registeredParameters.TryGetValue(target, out var found)
                    ? found
                    : ChildrenOnPath(target).Select(child => child.module.get_parameter(child.rest)).FirstOrDefault(parameter => parameter is not null);

            private IEnumerable<(Module module, string rest)> ChildrenOnPath(string target)
            {
                int dot = target.IndexOf('.', StringComparison.Ordinal);
                return dot < 0
                    ? []
                    : named_children().Where(child => child.name == target[..dot]).Select(child => (child.module, target[(dot + 1)..]));
            }
        }
    }
}
