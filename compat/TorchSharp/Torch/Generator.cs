namespace TorchSharp;

public static partial class torch
{
    /// <summary>A source of random numbers with a state of its own, or the default one of a device.</summary>
    public unsafe class Generator : IDisposable
    {
        public Generator(ulong seed = 0, Device? device = null)
        {
            this.device = device ?? CPU;
            nint made;
            Native.Check(Native.NewGenerator(seed, (int)this.device.type, this.device.index, &made));
            Handle = made;
        }

        private Generator(nint handle)
        {
            Handle = handle;
            device = CPU;
        }

        ~Generator() => Dispose(false);

        public static Generator Default
        {
            get
            {
                nint found;
                Native.Check(Native.DefaultGenerator((int)DeviceType.CPU, -1, &found));
                return new Generator(found);
            }
        }

        public IntPtr Handle { get; private set; }

        public Device device { get; }

        public Tensor get_state()
        {
            nint state;
            Native.Check(Native.GeneratorState(Handle, &state));
            return new Tensor(state);
        }

        public void set_state(Tensor value) => Native.Check(Native.SetGeneratorState(Handle, value.Handle));

        public Generator manual_seed(long seed)
        {
            Native.Check(Native.SeedGenerator(Handle, seed));
            return this;
        }

        public long seed()
        {
            long seed = DateTime.UtcNow.Ticks;
            manual_seed(seed);
            return seed;
        }

        public long initial_seed() => Native.GeneratorSeed(Handle);

        public void Dispose()
        {
            Dispose(true);
            GC.SuppressFinalize(this);
        }

        protected virtual void Dispose(bool disposing)
        {
            if (Handle == 0) return;
            Native.ReleaseGenerator(Handle);
            Handle = 0;
        }
    }
}
