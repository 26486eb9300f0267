using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public partial class Module
        {
            // A layer keeps its own tensors out of dispose scopes and disposes the ones it replaces.
            private protected void Own(string name, ref Parameter? owned, Parameter? value)
            {
                if (ReferenceEquals(owned, value))
                    return;
                owned?.Dispose();
                value?.DetachFromDisposeScope();
                owned = value;
                ConditionallyRegisterParameter(name, value);
            }

            // For layers that have no property for the parameter.
            private protected void Own(string name, Parameter value)
            {
                value.DetachFromDisposeScope();
                register_parameter(name, value);
            }

            private protected void Own(string name, ref Tensor? owned, Tensor? value)
            {
                if (ReferenceEquals(owned, value))
                    return;
                owned?.Dispose();
                value?.DetachFromDisposeScope();
                owned = value;
                ConditionallyRegisterBuffer(name, value);
            }
        }
    }
}
