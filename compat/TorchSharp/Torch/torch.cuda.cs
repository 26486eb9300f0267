namespace TorchSharp;

public static partial class torch
{
    public static bool cuda_is_available() => cuda.is_available();

    public static partial class cuda
    {
        public static bool is_available() => Native.HasCuda() != 0;

        public static bool is_cudnn_available() => Native.HasCudnn() != 0;

        public static int device_count() => Native.CudaDevices();

        // libtorch seeds all devices together.
        public static void manual_seed(long seed) => Native.Check(Native.ManualSeed(seed));

        public static void manual_seed_all(long seed) => Native.Check(Native.ManualSeed(seed));

        public static void synchronize(Device? device = null)
        {
            InitializeDeviceType(DeviceType.CUDA);
            Native.Check(Native.CudaSynchronize(device?.index ?? -1));
        }
    }
}
