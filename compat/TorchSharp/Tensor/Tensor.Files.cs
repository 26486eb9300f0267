namespace TorchSharp;

public static partial class torch
{
    public static void save(Tensor t, string location) => t.save(location);

    public static Tensor load(string location) => Tensor.load(location);

    public unsafe partial class Tensor
    {
        public static Tensor load(string location)
        {
            nint loaded;
            Native.Check(Native.Load(location, &loaded));
            return new Tensor(loaded);
        }

        public static Tensor Load(BinaryReader reader) => TensorExtensionMethods.Read(reader);

        public static Tensor Load(Stream stream)
        {
            using var reader = new BinaryReader(stream);
            return Load(reader);
        }

        public static Tensor Load(string location)
        {
            using var stream = File.OpenRead(location);
            return Load(stream);
        }

        public void save(string location) => Native.Check(Native.Save(Handle, location));
    }
}
