using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MLNetGen;

/// <summary>
/// The door to Open MPI (4, <c>libmpi.so.40</c>), for processes that <c>mpirun</c> started: each learns from its share of every batch, and all make the same step, down the
/// gradients' average.
/// </summary>
/// <remarks>
/// Every rank calls each method, as often and in the same order: one that does not leaves the others waiting. Open MPI's handles are addresses of its own symbols
/// (<c>ompi_mpi_float</c>); its errors end all processes.
/// </remarks>
internal sealed partial class MpiRanks
{
    private const string Library = "libmpi.so.40", CountVariable = "OMPI_COMM_WORLD_SIZE", RankVariable = "OMPI_COMM_WORLD_RANK";

    // MPI_THREAD_SERIALIZED: calls from any thread, one at a time. MPI_IN_PLACE is the address 1.
    private const int OneThreadAtATime = 2, InPlace = 1;

    // Of glibc's dlopen.
    private const int LoadNow = 2, LoadGlobal = 0x100;

    // Floats of a message: 25 MB, as PyTorch's DistributedDataParallel has it.
    private const long Bucket = 25 << 18;

    private static readonly Lazy<MpiRanks?> World = new(() => Count > 1 ? new MpiRanks() : null);

    private readonly nint world, floats, sum;
    private double weight = 1;

    private MpiRanks()
    {
        // Global: Open MPI's plug-ins look for its symbols.
        nint library = Open(Library, LoadNow | LoadGlobal);
        if (library == 0)
        {
            throw new NotSupportedException(
                $"this process was started by mpirun as one of {Count}, and there is no {Library}: install Open MPI 4 (Debian: libopenmpi3), or start it without mpirun.");
        }
        world = NativeLibrary.GetExport(library, "ompi_mpi_comm_world");
        floats = NativeLibrary.GetExport(library, "ompi_mpi_float");
        sum = NativeLibrary.GetExport(library, "ompi_mpi_op_sum");
        _ = Initialise(0, 0, OneThreadAtATime, out _);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => End();
    }

    /// <summary>All processes; null where this one is alone. Begins MPI when it is first asked for.</summary>
    /// <exception cref="NotSupportedException">mpirun started it, and there is no Open MPI of that version.</exception>
    public static MpiRanks? Current => World.Value;

    /// <summary>How many processes <c>mpirun</c> started; 1 without it.</summary>
    public static int Count { get; } = NumberOf(CountVariable) ?? 1;

    /// <summary>Which of them this one is, from 0, which alone writes files and reports.</summary>
    public static int Rank { get; } = NumberOf(RankVariable) ?? 0;

    /// <summary>Whether gradients were averaged since the last <see cref="ShareOf"/>.</summary>
    public bool HasAveraged { get; private set; }

    /// <summary>This rank's rows of a batch; of one with fewer rows than ranks, all of them, so that nobody is without.</summary>
    public TrainingBatch ShareOf(TrainingBatch batch)
    {
        HasAveraged = false;
        if (batch.Rows < Count)
        {
            weight = 1.0 / Count;
            return batch;
        }
        int first = (int)((long)batch.Rows * Rank / Count), next = (int)((long)batch.Rows * (Rank + 1) / Count);
        weight = (double)(next - first) / batch.Rows;
        return batch.Slice(first, next - first);
    }

    /// <summary>Makes gradients those of the mean over the whole batch, on every rank.</summary>
    public void Average(IEnumerable<Parameter> parameters)
    {
        HasAveraged = true;
        using var noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        List<Tensor> gradients = [.. parameters.Select(parameter => parameter.grad).OfType<Tensor>()];
        for (int first = 0, next; first < gradients.Count; first = next)
        {
            long length = 0;
            for (next = first; next < gradients.Count && (next == first || length + gradients[next].numel() <= Bucket); next++) length += gradients[next].numel();
            Tensor[] ones = [.. gradients[first..next]];
            Tensor flat = Sum(Flat(ones).mul_(weight));
            Spread(flat, ones);
        }
    }

    /// <summary>Gives all ranks the parameters and buffers of rank 0.</summary>
    public void Share(IEnumerable<nn.Module> networks)
    {
        using var noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Tensor[] state = [.. networks.SelectMany(network => network.state_dict().Values).Where(tensor => tensor.is_floating_point())];
        // A sum with zeros is exact, and needs no other call.
        if (state.Length > 0)
            Spread(Sum(Rank == 0 ? Flat(state) : zeros_like(Flat(state))), state);
    }

    /// <summary>Whether it is so on all ranks.</summary>
    public bool All(bool here)
    {
        using DisposeScope scope = NewDisposeScope();
        return Sum(tensor([here ? 0f : 1f])).ToSingle() == 0;
    }

    private static Tensor Flat(IEnumerable<Tensor> tensors) => cat([.. tensors.Select(tensor => tensor.detach().reshape(-1).to(ScalarType.Float32).cpu())]);

    private static void Spread(Tensor flat, IEnumerable<Tensor> tensors)
    {
        long at = 0;
        foreach (Tensor tensor in tensors)
        {
            tensor.copy_(flat.narrow(0, at, tensor.numel()).reshape(tensor.shape));
            at += tensor.numel();
        }
    }

    private Tensor Sum(Tensor flat)
    {
        Span<byte> bytes = flat.bytes;
        _ = Reduce(InPlace, ref MemoryMarshal.GetReference(bytes), (int)flat.numel(), floats, sum, world);
        return flat;
    }

    // The others may be waiting for one that failed: it ends them all.
    private void End()
    {
        if (Environment.ExitCode == 0)
            _ = Finish();
        else
            _ = Abort(world, Environment.ExitCode);
    }

    private static int? NumberOf(string variable) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

    [LibraryImport("libc", EntryPoint = "dlopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint Open(string name, int flags);

    [LibraryImport(Library, EntryPoint = "MPI_Init_thread")]
    private static partial int Initialise(nint argumentCount, nint arguments, int needed, out int given);

    [LibraryImport(Library, EntryPoint = "MPI_Allreduce")]
    private static partial int Reduce(nint from, ref byte to, int count, nint type, nint operation, nint ranks);

    [LibraryImport(Library, EntryPoint = "MPI_Finalize")]
    private static partial int Finish();

    [LibraryImport(Library, EntryPoint = "MPI_Abort")]
    private static partial int Abort(nint ranks, int code);
}
