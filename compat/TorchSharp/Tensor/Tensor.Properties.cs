namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        public long Dimensions => Native.Ask(Handle, Fact.Dimensions);

        public long ndim => Dimensions;

        public long NumberOfElements => Native.Ask(Handle, Fact.Elements);

        public long ElementSize => Native.Ask(Handle, Fact.ElementSize);

        public ScalarType dtype => (ScalarType)Native.Ask(Handle, Fact.DType);

        public DeviceType device_type => (DeviceType)Native.Ask(Handle, Fact.DeviceType);

        public int device_index => (int)Native.Ask(Handle, Fact.DeviceIndex);

        public Device device => device_type is DeviceType.CPU ? CPU : new Device(device_type, device_index);

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_meta => Native.Ask(Handle, Fact.IsMeta) != 0;

        public bool is_sparse => Native.Ask(Handle, Fact.IsSparse) != 0;

        public long[] shape
        {
            get
            {
                var sizes = new long[Dimensions];
                fixed (long* into = sizes) Native.Check(Native.Sizes(Handle, into));
                return sizes;
            }
        }

        public long dim() => Dimensions;

        public long numel() => NumberOfElements;

        public long element_size() => ElementSize;

        public long[] size() => shape;

        public long size(int dim) => shape[InRange(dim)];

        public long[] stride()
        {
            var strides = new long[Dimensions];
            fixed (long* into = strides) Native.Check(Native.Strides(Handle, into));
            return strides;
        }

        public long stride(int dim) => stride()[InRange(dim)];

        public long storage_offset() => Native.Ask(Handle, Fact.StorageOffset);

        public bool is_contiguous() => Native.Ask(Handle, Fact.IsContiguous) != 0;

        public bool is_pinned() => Native.Ask(Handle, Fact.IsPinned) != 0;

        public bool is_neg() => Native.Ask(Handle, Fact.IsNeg) != 0;

        public bool is_conj() => Native.Ask(Handle, Fact.IsConj) != 0;

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_complex() => torch.is_complex(dtype);

        private int InRange(int dim)
        {
            long dimensions = Dimensions;
            if (dim < -dimensions || dim >= dimensions)
                throw new System.Runtime.InteropServices.ExternalException(
                    $"Dimension out of range (expected to be in range of [{-dimensions}, {dimensions - 1}], but got {dim})");
            return (int)(dim < 0 ? dim + dimensions : dim);
        }
    }
}
