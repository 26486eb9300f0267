namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public override string ToString() =>
            handle == 0 ? "" : $"[{string.Join('x', shape)}], type = {dtype}, device = {device}";
    }
}
