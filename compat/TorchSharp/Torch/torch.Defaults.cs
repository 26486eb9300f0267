namespace TorchSharp;

public static partial class torch
{
    private static volatile Device defaultDevice = CPU;

    public static ScalarType get_default_dtype() => (ScalarType)Native.DefaultDtype();

    public static void set_default_dtype(ScalarType dtype) => Native.Check(Native.SetDefaultDtype((int)dtype));

    public static Device get_default_device() => defaultDevice;

    public static void set_default_device(Device device) => defaultDevice = Initialised(device);

    public static void set_default_device(string device) => set_default_device(new Device(device));

    public static int get_num_threads() => Native.Threads();

    public static void set_num_threads(int num) => Native.Check(Native.SetThreads(num));

    public static int get_num_interop_threads() => Native.InteropThreads();

    public static void set_num_interop_threads(int num) => Native.Check(Native.SetInteropThreads(num));
}
