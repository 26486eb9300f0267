using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public unsafe partial class Tensor
    {
        public Span<byte> bytes
        {
            get
            {
                long size = NumberOfElements * ElementSize;
                ThrowIfNotReadable(size);
                return new Span<byte>(DataPointer(), (int)size);
            }
            set
            {
                if (!is_contiguous()) throw new InvalidOperationException("SetBytes() called on non-contiguous tensor.");
                if (NumberOfElements * ElementSize != value.Length) throw new ArgumentException("Mismatched data sizes in SetBytes().");
                value.CopyTo(new Span<byte>(DataPointer(), value.Length));
            }
        }

        public TensorAccessor<T> data<T>() where T : unmanaged
        {
            ThrowIfNotOf(typeof(T));
            return new TensorAccessor<T>(device_type == DeviceType.CPU ? this : cpu());
        }

        public T item<T>() where T : unmanaged
        {
            if (NumberOfElements != 1) throw new ArgumentException("Number of elements in the tensor must be 1");
            return data<T>()[0];
        }

        public Scalar ToScalar() => Aten._local_scalar_dense.CallScalar(this);

        public double ReadCpuDouble(long i) => ReadCpuValue<double>(i);

        public float ReadCpuSingle(long i) => ReadCpuValue<float>(i);

        public int ReadCpuInt32(long i) => ReadCpuValue<int>(i);

        public long ReadCpuInt64(long i) => ReadCpuValue<long>(i);

        public byte ReadCpuByte(long i) => ReadCpuValue<byte>(i);

        public sbyte ReadCpuSByte(long i) => ReadCpuValue<sbyte>(i);

        public short ReadCpuInt16(long i) => ReadCpuValue<short>(i);

        public bool ReadCpuBool(long i) => ReadCpuValue<bool>(i);

        public T ReadCpuValue<T>(long i) where T : unmanaged
        {
            if (device_type != DeviceType.CPU) throw NotOnCpu();
            ThrowIfNotOf(typeof(T));
            return new TensorAccessor<T>(this)[i];
        }

        public void WriteBytesToStream(Stream stream, int bufferSize = 1024)
        {
            ThrowIfNotReadable(0);
            var from = (byte*)DataPointer();
            for (long left = NumberOfElements * ElementSize; left > 0;)
            {
                int size = (int)Math.Min(left, 1 << 20);
                stream.Write(new ReadOnlySpan<byte>(from, size));
                from += size;
                left -= size;
            }
        }

        public void ReadBytesFromStream(Stream stream, int bufferSize = 1024)
        {
            ThrowIfNotReadable(0);
            var into = (byte*)DataPointer();
            for (long left = NumberOfElements * ElementSize; left > 0;)
            {
                int size = (int)Math.Min(left, 1 << 20);
                stream.ReadExactly(new Span<byte>(into, size));
                into += size;
                left -= size;
            }
        }

        internal void* DataPointer()
        {
            void* data;
            Native.Check(Native.Data(Handle, &data));
            return data;
        }

        internal static InvalidOperationException NotOnCpu() => new(
            "Reading data from non-CPU memory is not supported. Move or copy the tensor to the cpu before reading.");

        private void ThrowIfNotOf(Type type)
        {
            if (type != ElementType(dtype)) throw new ArgumentException($"{type.Name} is not compatible with {dtype}");
        }

        private void ThrowIfNotReadable(long size)
        {
            if (!is_contiguous()) throw new InvalidOperationException("Bytes() called on non-contiguous tensor.");
            if (size > int.MaxValue) throw new ArgumentException("Span only supports up to int.MaxValue elements.");
            if (device_type != DeviceType.CPU) throw NotOnCpu();
        }
    }

    private static Type? ElementType(ScalarType type) => type switch
    {
        ScalarType.Byte => typeof(byte),
        ScalarType.Int8 => typeof(sbyte),
        ScalarType.Int16 => typeof(short),
        ScalarType.Int32 => typeof(int),
        ScalarType.Int64 => typeof(long),
        ScalarType.Bool => typeof(bool),
        ScalarType.Float16 => typeof(Half),
        ScalarType.Float32 => typeof(float),
        ScalarType.Float64 => typeof(double),
        ScalarType.ComplexFloat32 => typeof((float, float)),
        ScalarType.ComplexFloat64 => typeof(System.Numerics.Complex),
        _ => null,
    };
}
