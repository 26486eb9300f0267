using System.Reflection;
using TorchSharp;
using static TorchSharp.torch;
using Module = TorchSharp.torch.nn.Module;

namespace MLNetGen.Export;

/// <summary>Tensors that a module made while it ran here, and put into fields of its own, such as a table of positions: they outlive the run.</summary>
internal static class HeldTensors
{
    /// <summary>Takes them out of a scope.</summary>
    public static void Keep(Module root, DisposeScope scope)
    {
        foreach (Module module in root.modules().Prepend(root))
        {
            for (Type? type = module.GetType(); type is not null && type.Assembly != typeof(Module).Assembly; type = type.BaseType)
            {
                foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
                {
                    if (field.FieldType.IsAssignableTo(typeof(Tensor)) && field.GetValue(module) is Tensor { IsInvalid: false } tensor && scope.Contains(tensor)) scope.Detach(tensor);
                }
            }
        }
    }
}
