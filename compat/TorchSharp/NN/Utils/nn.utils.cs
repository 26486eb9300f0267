using TorchSharp.Modules;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class utils
        {
            private static readonly Operator foreachNorm = new("aten::_foreach_norm", "Scalar");
            private static readonly Operator clampInPlace = new("aten::clamp_");

            /// <summary>Scales all gradients so that their joint norm is at most max_norm; returns the norm before.</summary>
            public static double clip_grad_norm_(IEnumerable<Parameter> tensors, double max_norm, double norm_type = 2)
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                var gradients = Gradients(tensors);
                if (gradients.Length == 0)
                    return 0;

                double total;
                if (double.IsPositiveInfinity(norm_type))
                {
                    total = gradients.Max(gradient => gradient.abs().max().ToDouble());
                }
                else
                {
                    var norms = stack(foreachNorm.CallMany(gradients, norm_type));
                    total = norms.norm((float)norm_type).ToDouble();
                }

                double factor = max_norm / (total + 1e-6);
                if (factor < 1)
                    foreach (var gradient in gradients)
                        gradient.mul_(factor);
                return total;
            }

            public static void clip_grad_value_(IEnumerable<Parameter> tensors, double clip_value)
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                foreach (var gradient in Gradients(tensors))
                    clampInPlace.CallVoid(gradient, -clip_value, clip_value);
            }

            /// <summary>All numbers of all parameters in one vector.</summary>
            public static Tensor parameters_to_vector(IEnumerable<Parameter> tensors) =>
                cat([.. tensors.Select(tensor => tensor.view(-1))]);

            /// <summary>The inverse of parameters_to_vector.</summary>
            public static void vector_to_parameters(Tensor vec, IEnumerable<Parameter> tensors)
            {
                using var scope = NewDisposeScope();
                using var noGrad = no_grad();
                long start = 0;
                foreach (var tensor in tensors)
                {
                    long count = tensor.NumberOfElements;
                    tensor.copy_(vec.narrow(0, start, count).view(tensor.shape));
                    start += count;
                }
            }

            private static Tensor[] Gradients(IEnumerable<Parameter> tensors) =>
                [.. tensors.Select(tensor => tensor.grad).OfType<Tensor>()];
        }
    }
}
