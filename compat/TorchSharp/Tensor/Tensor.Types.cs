namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor bfloat16() => to_type(ScalarType.BFloat16);

        public Tensor @bool() => to_type(ScalarType.Bool);

        public Tensor @byte() => to_type(ScalarType.Byte);

        public Tensor cdouble() => to_type(ScalarType.ComplexFloat64);

        public Tensor cfloat() => to_type(ScalarType.ComplexFloat32);

        public Tensor @char() => to_type(ScalarType.Int8);

        public Tensor @double() => to_type(ScalarType.Float64);

        public Tensor @float() => to_type(ScalarType.Float32);

        public Tensor half() => to_type(ScalarType.Float16);

        public Tensor @int() => to_type(ScalarType.Int32);

        public Tensor @long() => to_type(ScalarType.Int64);

        public Tensor @short() => to_type(ScalarType.Int16);
    }
}
