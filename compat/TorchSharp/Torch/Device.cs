namespace TorchSharp;

public static partial class torch
{
    /// <summary>A device: its kind, and which one (-1: the current).</summary>
    public class Device
    {
        public Device(string description)
        {
            var parts = description.Split(':');
            if (parts.Length > 2) return;
            type = Parse(parts[0]);
            if (parts.Length == 2) index = int.Parse(parts[1]);
        }

        public Device(string deviceType, int index = -1)
        {
            type = Parse(deviceType);
            this.index = index;
        }

        public Device(DeviceType deviceType, int index = -1)
        {
            type = deviceType;
            this.index = index;
        }

        public Device(int index)
        {
            type = DeviceType.CUDA;
            this.index = index;
        }

        public DeviceType type { get; } = DeviceType.CPU;

        public int index { get; } = -1;

        public static implicit operator Device(string description) => new(description);

        public override string ToString() =>
            type == DeviceType.CPU ? "cpu" : index == -1 ? type.ToString().ToLowerInvariant() : $"{type.ToString().ToLowerInvariant()}:{index}";

        private static DeviceType Parse(string name) => Enum.Parse<DeviceType>(name.ToUpperInvariant());
    }

    public static readonly Device CPU = new(DeviceType.CPU);

    public static readonly Device META = new(DeviceType.META);

    public static Device CUDA => Initialised(new Device(DeviceType.CUDA));

    public static Device device(string description) => Initialised(new Device(description));

    public static Device device(string deviceType, int index = -1) => Initialised(new Device(deviceType, index));

    public static Device device(DeviceType deviceType, int index = -1) => Initialised(new Device(deviceType, index));

    public static Device device(int index) => new(DeviceType.CUDA, index);

    private static Device Initialised(Device device)
    {
        InitializeDeviceType(device.type);
        return device;
    }

    public static void InitializeDeviceType(DeviceType deviceType) => Native.Check(Native.Initialise((int)deviceType));

    public static bool TryInitializeDeviceType(DeviceType deviceType) => Native.Initialise((int)deviceType) == 0;
}
