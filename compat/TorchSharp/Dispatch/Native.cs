using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace TorchSharp;

/// <summary>The C functions of native/*.cpp. Those that return int fail with 1: pass it to <see cref="Check"/>.</summary>
internal static unsafe partial class Native
{
    private const string Library = "torchcompat";

    // OpenMP's threads spin between two operators by default, and take the cores from OpenBLAS's threads, ONNX
    // Runtime's and .NET's own: a training step of a small network took two to three times as long. OpenMP reads
    // the variable when it is loaded, which is when the first function below is called. What the user set stays.
    static Native()
    {
        if (OperatingSystem.IsLinux())
            _ = SetEnvironment("OMP_WAIT_POLICY", "passive", 0);
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)] private static partial int SetEnvironment(string name, string value, int overwrite);

    [LibraryImport(Library, EntryPoint = "torchcompat_last_error")] private static partial byte* LastError();

    [LibraryImport(Library, EntryPoint = "torchcompat_find", StringMarshalling = StringMarshalling.Utf8)] internal static partial int Find(string name, string overload, nint* found);
    [LibraryImport(Library, EntryPoint = "torchcompat_call")] internal static partial int Call(nint op, Value* arguments, int count, Value* results, int capacity, int* used);
    [LibraryImport(Library, EntryPoint = "torchcompat_free_list")] internal static partial void FreeList(void* list);

    [LibraryImport(Library, EntryPoint = "torchcompat_release")] internal static partial void Release(nint tensor);
    [LibraryImport(Library, EntryPoint = "torchcompat_fact")] internal static partial long Ask(nint tensor, Fact want);
    [LibraryImport(Library, EntryPoint = "torchcompat_sizes")] internal static partial int Sizes(nint tensor, long* sizes);
    [LibraryImport(Library, EntryPoint = "torchcompat_strides")] internal static partial int Strides(nint tensor, long* strides);
    [LibraryImport(Library, EntryPoint = "torchcompat_data")] internal static partial int Data(nint tensor, void** data);
    [LibraryImport(Library, EntryPoint = "torchcompat_from_data")] internal static partial int FromData(void* data, long* sizes, int dimensions, int scalarType, nint* made);
    [LibraryImport(Library, EntryPoint = "torchcompat_share")] internal static partial nint Share(nint tensor);
    [LibraryImport(Library, EntryPoint = "torchcompat_over_memory")] internal static partial int OverMemory(void* data, long* sizes, int dimensions, int scalarType, nint owner, delegate* unmanaged<nint, void> release, nint* made);
    [LibraryImport(Library, EntryPoint = "torchcompat_name")] internal static partial byte* Name(nint tensor, int dimension);
    [LibraryImport(Library, EntryPoint = "torchcompat_set_names")] internal static partial int SetNames(nint tensor, byte** names, int count);
    [LibraryImport(Library, EntryPoint = "torchcompat_index")] internal static partial int Index(nint tensor, IndexValue* list, int count, nint* result);
    [LibraryImport(Library, EntryPoint = "torchcompat_index_put")] internal static partial int IndexPut(nint tensor, IndexValue* list, int count, nint value);
    [LibraryImport(Library, EntryPoint = "torchcompat_save", StringMarshalling = StringMarshalling.Utf8)] internal static partial int Save(nint tensor, string path);
    [LibraryImport(Library, EntryPoint = "torchcompat_load", StringMarshalling = StringMarshalling.Utf8)] internal static partial int Load(string path, nint* loaded);
    [LibraryImport(Library, EntryPoint = "torchcompat_set_data")] internal static partial int SetData(nint tensor, nint other);

    [LibraryImport(Library, EntryPoint = "torchcompat_set_requires_grad")] internal static partial int SetRequiresGrad(nint tensor, int value);
    [LibraryImport(Library, EntryPoint = "torchcompat_retain_grad")] internal static partial int RetainGrad(nint tensor);
    [LibraryImport(Library, EntryPoint = "torchcompat_grad")] internal static partial nint Grad(nint tensor);
    [LibraryImport(Library, EntryPoint = "torchcompat_set_grad")] internal static partial int SetGrad(nint tensor, nint grad);
    [LibraryImport(Library, EntryPoint = "torchcompat_backward")] internal static partial int Backward(nint* tensors, int count, nint* grads, int gradCount, int retain, int create, nint* inputs, int inputCount);
    [LibraryImport(Library, EntryPoint = "torchcompat_autograd_grad")] internal static partial int AutogradGrad(nint* outputs, int outputCount, nint* inputs, int inputCount, nint* grads, int gradCount, int retain, int create, int allowUnused, nint* results);
    [LibraryImport(Library, EntryPoint = "torchcompat_grad_enabled")] internal static partial int GradEnabled();
    [LibraryImport(Library, EntryPoint = "torchcompat_set_grad_enabled")] internal static partial void SetGradEnabled(int on);
    [LibraryImport(Library, EntryPoint = "torchcompat_enter_inference")] internal static partial nint EnterInference(int on);
    [LibraryImport(Library, EntryPoint = "torchcompat_leave_inference")] internal static partial void LeaveInference(nint mode);
    [LibraryImport(Library, EntryPoint = "torchcompat_inference_enabled")] internal static partial int InferenceEnabled();

    [LibraryImport(Library, EntryPoint = "torchcompat_sgd")] internal static partial int Sgd(nint weight, nint gradient, nint moving, int first, double rate, double momentum, double dampening, double decay, int nesterov, int* done);

    [LibraryImport(Library, EntryPoint = "torchcompat_manual_seed")] internal static partial int ManualSeed(long seed);
    [LibraryImport(Library, EntryPoint = "torchcompat_default_generator")] internal static partial int DefaultGenerator(int deviceType, int index, nint* generator);
    [LibraryImport(Library, EntryPoint = "torchcompat_new_generator")] internal static partial int NewGenerator(ulong seed, int deviceType, int index, nint* generator);
    [LibraryImport(Library, EntryPoint = "torchcompat_release_generator")] internal static partial void ReleaseGenerator(nint generator);
    [LibraryImport(Library, EntryPoint = "torchcompat_seed_generator")] internal static partial int SeedGenerator(nint generator, long seed);
    [LibraryImport(Library, EntryPoint = "torchcompat_generator_seed")] internal static partial long GeneratorSeed(nint generator);
    [LibraryImport(Library, EntryPoint = "torchcompat_generator_state")] internal static partial int GeneratorState(nint generator, nint* state);
    [LibraryImport(Library, EntryPoint = "torchcompat_set_generator_state")] internal static partial int SetGeneratorState(nint generator, nint state);

    [LibraryImport(Library, EntryPoint = "torchcompat_threads")] internal static partial int Threads();
    [LibraryImport(Library, EntryPoint = "torchcompat_set_threads")] internal static partial int SetThreads(int count);
    [LibraryImport(Library, EntryPoint = "torchcompat_interop_threads")] internal static partial int InteropThreads();
    [LibraryImport(Library, EntryPoint = "torchcompat_set_interop_threads")] internal static partial int SetInteropThreads(int count);
    [LibraryImport(Library, EntryPoint = "torchcompat_default_dtype")] internal static partial int DefaultDtype();
    [LibraryImport(Library, EntryPoint = "torchcompat_set_default_dtype")] internal static partial int SetDefaultDtype(int type);
    [LibraryImport(Library, EntryPoint = "torchcompat_has_cuda")] internal static partial int HasCuda();
    [LibraryImport(Library, EntryPoint = "torchcompat_has_cudnn")] internal static partial int HasCudnn();
    [LibraryImport(Library, EntryPoint = "torchcompat_cuda_devices")] internal static partial int CudaDevices();
    [LibraryImport(Library, EntryPoint = "torchcompat_cuda_synchronize")] internal static partial int CudaSynchronize(int index);
    [LibraryImport(Library, EntryPoint = "torchcompat_initialise")] internal static partial int Initialise(int deviceType);

    /// <summary>Throws libtorch's message, in the exception type of the real TorchSharp.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static void Check(int failed)
    {
        if (failed != 0) Throw();
    }

    private static void Throw() => throw new ExternalException(Utf8StringMarshaller.ConvertToManaged(LastError()));
}
