namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public Tensor to_type(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Replacing(disposeAfter, Aten.to_dtype.Call(this, type, non_blocking, copy));

        public Tensor to(ScalarType type, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to_type(type, copy, disposeAfter, non_blocking);

        public Tensor to(ScalarType type, Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Replacing(disposeAfter, Aten.to_device.Call(this, Initialised(device), type, non_blocking, copy));

        public Tensor to(DeviceType deviceType, int deviceIndex = -1, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(deviceType, deviceIndex), copy, disposeAfter, non_blocking);

        public Tensor to(string device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            to(new Device(device), copy, disposeAfter, non_blocking);

        public Tensor to(Device device, bool copy = false, bool disposeAfter = false, bool non_blocking = false) =>
            Replacing(disposeAfter, Aten.to_device.Call(this, Initialised(device), dtype, non_blocking, copy));

        public Tensor to(Tensor other, bool non_blocking = false) => Aten.to_other.Call(this, other, non_blocking);

        public Tensor cpu() => to(CPU);

        public Tensor cuda(Device? device = null, bool non_blocking = false)
        {
            if (device is not null && device.type != DeviceType.CUDA) throw new ArgumentException("Not a CUDA device.", nameof(device));
            return to(device ?? new Device(DeviceType.CUDA), non_blocking: non_blocking);
        }

        public Tensor type(Func<Tensor, Tensor> typeFunc) => typeFunc(this);

        public Tensor type(ScalarType dtype) => to(dtype);

        public Tensor type_as(Tensor tensor) => to_type(tensor.dtype);

        public Tensor clone() => Aten.clone.Call(this);

        public Tensor alias() => Aten.alias.Call(this);

        public Tensor contiguous() => Aten.contiguous.Call(this);

        public Tensor copy_(Tensor source, bool nonBlocking = false) => InPlace(Aten.copy_, this, source, nonBlocking);

        public Tensor set_(Tensor source) => InPlace(Aten.set__source_Tensor, this, source);

        public Tensor real => Aten.real.Call(this);

        public Tensor imag => Aten.imag.Call(this);

        public Tensor T => Aten.numpy_T.Call(this);

        public Tensor H => Aten.matrix_H.Call(this);

        public Tensor mT => Aten.mT.Call(this);

        public Tensor mH => Aten.mH.Call(this);

        private Tensor Replacing(bool dispose, Tensor replacement)
        {
            if (dispose) Dispose();
            return replacement;
        }

        // The arguments begin with the tensor itself.
        private Tensor InPlace(Operator op, params ReadOnlySpan<Arg> args)
        {
            op.CallVoid(args);
            return this;
        }

        private static Tensor Into(Tensor @out, Operator op, params ReadOnlySpan<Arg> args)
        {
            op.CallVoid(args);
            return @out;
        }

        internal static (Tensor, Tensor) Pair(Tensor[] results) => (results[0], results[1]);

        // libtorch fills what was not asked for with an empty tensor; the caller gets null.
        private static (Tensor, Tensor?, Tensor?) Asked(Tensor[] results, bool second, bool third)
        {
            if (!second) results[1].Dispose();
            if (!third) results[2].Dispose();
            return (results[0], second ? results[1] : null, third ? results[2] : null);
        }

        private static Tensor Grad(Tensor made, bool requires_grad)
        {
            if (requires_grad) made.requires_grad = true;
            return made;
        }
    }
}
