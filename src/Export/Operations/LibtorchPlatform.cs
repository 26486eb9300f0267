using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MLNetGen.Export;

/// <summary>What of libtorch differs from system to system: its file, its functions' names, and how C++ objects are laid out and handed over.</summary>
/// <remarks>
/// The names stand in the export tables of the packages libtorch-cpu-linux-x64, -win-x64, -win-arm64 and -osx-arm64, 2.10.0. Windows' have been run under Wine
/// on x64 only, macOS's and those of Windows on arm64 not at all: how they are called was read from the machine code beside the compilers' documents.
/// </remarks>
internal sealed unsafe partial record LibtorchPlatform
{
    private LibtorchPlatform()
    {
    }

    /// <summary>This system's; null where there is no such libtorch.</summary>
    public static LibtorchPlatform? Current { get; } = (RuntimeInformation.ProcessArchitecture, OperatingSystem.IsLinux(), OperatingSystem.IsWindows(), OperatingSystem.IsMacOS()) switch
    {
        (Architecture.X64, true, _, _) => Linux(),
        (Architecture.X64 or Architecture.Arm64, _, true, _) => Windows(),
        (Architecture.Arm64, _, _, true) => MacOS(),
        _ => null,
    };

    /// <summary>Name of the file that has the functions.</summary>
    public required string File { get; init; }

    /// <summary>How a <c>std::string</c> lies in memory.</summary>
    public required StringLayout Strings { get; init; }

    /// <summary>
    /// Whether a class that a function returns is written to an address that is passed like an argument, the first or, of a member function, the one after
    /// <c>this</c>: so Visual C++ does for any class with a constructor, however small. Elsewhere it is as with C#'s structures.
    /// </summary>
    public required bool ResultsByAddress { get; init; }

    /// <summary>Its functions' mangled names, by the names that they have here.</summary>
    public required IReadOnlyDictionary<string, string> Functions { get; init; }

    /// <summary>Path of the file that this process has loaded, whichever package it is of; null where it has loaded none.</summary>
    public string? LoadedFile()
    {
        using var process = Process.GetCurrentProcess();
        IEnumerable<string?> files = OperatingSystem.IsMacOS() ? MacFiles() : process.Modules.Cast<ProcessModule>().Select(module => module.FileName);
        return files.FirstOrDefault(file => string.Equals(Path.GetFileName(file), File, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>Addresses of functions of the libtorch that this process has loaded, in their order; null where no known one is, or it lacks one of them.</summary>
    /// <param name="functions">Names of <see cref="Functions"/>.</param>
    public static IReadOnlyList<nint>? AddressesOf(params IReadOnlyList<string> functions)
    {
        if (Current is not { } platform || platform.LoadedFile() is not { } path)
            return null;
        nint library = NativeLibrary.Load(path);
        nint[] found = [.. functions.Select(function => NativeLibrary.TryGetExport(library, platform.Functions[function], out nint address) ? address : 0)];
        return found.Contains(0) ? null : found;
    }

    /// <summary>Gives memory back that a C++ container of libtorch's has taken.</summary>
    /// <param name="memory">Where the container's elements begin; may be 0.</param>
    /// <param name="bytes">How much the container has asked for.</param>
    public void Free(nint memory, nuint bytes)
    {
        // Everywhere operator new is malloc, and of the C library that .NET uses too. From 4096 bytes on, Visual C++'s containers on x64 begin at a multiple of
        // 32 in what malloc gave, whose address stands before it.
        if (memory != 0 && bytes >= 4096 && OperatingSystem.IsWindows() && RuntimeInformation.ProcessArchitecture == Architecture.X64)
            memory = ((nint*)memory)[-1];
        NativeMemory.Free((void*)memory);
    }

    // Process.Modules has the program alone on macOS.
    private static IEnumerable<string?> MacFiles()
    {
        for (uint i = 0; i < ImageCount(); i++) yield return Marshal.PtrToStringUTF8(ImageName(i));
    }

    [LibraryImport("/usr/lib/libSystem.B.dylib", EntryPoint = "_dyld_image_count")]
    private static partial uint ImageCount();

    [LibraryImport("/usr/lib/libSystem.B.dylib", EntryPoint = "_dyld_get_image_name")]
    private static partial nint ImageName(uint index);

    private static LibtorchPlatform Linux() => new()
    {
        File = "libtorch_cpu.so",
        Strings = StringLayout.Gnu,
        ResultsByAddress = false,
        Functions = new Dictionary<string, string>
        {
            ["StateConstructor"] = "_ZN5torch3jit6tracer12TracingStateC1Ev",
            ["StateDestructor"] = "_ZN5torch3jit6tracer12TracingStateD1Ev",
            ["SetTracingState"] = "_ZN5torch3jit6tracer15setTracingStateESt10shared_ptrINS1_12TracingStateEE",
            ["SetValueTrace"] = "_ZN5torch3jit6tracer13setValueTraceERKN3c106IValueEPNS0_5ValueE",
            ["GetValueTrace"] = "_ZN5torch3jit6tracer13getValueTraceERKN3c106IValueE",
            ["CreateNode"] = "_ZN5torch3jit6tracer12TracingState10createNodeEN3c106SymbolEm",
            ["InsertNode"] = "_ZN5torch3jit6tracer12TracingState10insertNodeEPNS0_4NodeE",
            ["AddOutput"] = "_ZN5torch3jit4Node9addOutputEv",
            ["AddInput"] = "_ZN5torch3jit4Node8addInputEPNS0_5ValueE",
            ["InferTypeFrom"] = "_ZN5torch3jit5Value13inferTypeFromERKN2at6TensorE",
            ["GraphToString"] = "_ZNK5torch3jit5Graph8toStringB5cxx11Eb",
            ["FindAllNodes"] = "_ZN5torch3jit12findAllNodesERNS0_5GraphEN3c106SymbolEb",
            ["ToValue"] = "_ZN5torch3jit8toIValueEPKNS0_5ValueE",
            ["Symbol"] = "_ZN3c106Symbol14fromQualStringERKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE",
            ["SetWarn"] = "_ZN5torch3jit6tracer7setWarnEPFvRKNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEEE",
            ["GlobalContext"] = "_ZN2at13globalContextEv",
            ["EnableOneDnn"] = "_ZN2at7Context20setUserEnabledMkldnnEb",
            ["EnableNnpack"] = "_ZN2at7Context20setUserEnabledNNPACKEb",
            ["SetAutocast"] = "_ZN2at8autocast20set_autocast_enabledEN3c1010DeviceTypeEb",
            ["SetAutocastType"] = "_ZN2at8autocast18set_autocast_dtypeEN3c1010DeviceTypeENS1_10ScalarTypeE",
            ["ClearAutocastCache"] = "_ZN2at8autocast11clear_cacheEv",
        },
    };

    // Linux's names, but for those with a class of the standard library in them: libc++ has its own, in the namespace std::__1.
    private static LibtorchPlatform MacOS() => Linux() with
    {
        File = "libtorch_cpu.dylib",
        Strings = StringLayout.Apple,
        Functions = new Dictionary<string, string>(Linux().Functions)
        {
            ["SetTracingState"] = "_ZN5torch3jit6tracer15setTracingStateENSt3__110shared_ptrINS1_12TracingStateEEE",
            ["GraphToString"] = "_ZNK5torch3jit5Graph8toStringEb",
            ["Symbol"] = "_ZN3c106Symbol14fromQualStringERKNSt3__112basic_stringIcNS1_11char_traitsIcEENS1_9allocatorIcEEEE",
            ["SetWarn"] = "_ZN5torch3jit6tracer7setWarnEPFvRKNSt3__112basic_stringIcNS2_11char_traitsIcEENS2_9allocatorIcEEEEE",
        },
    };

    // The same on x64 and arm64.
    private static LibtorchPlatform Windows() => new()
    {
        File = "torch_cpu.dll",
        Strings = StringLayout.Microsoft,
        ResultsByAddress = true,
        Functions = new Dictionary<string, string>
        {
            ["StateConstructor"] = "??0TracingState@tracer@jit@torch@@QEAA@XZ",
            ["StateDestructor"] = "??1TracingState@tracer@jit@torch@@QEAA@XZ",
            ["SetTracingState"] = "?setTracingState@tracer@jit@torch@@YAXV?$shared_ptr@UTracingState@tracer@jit@torch@@@std@@@Z",
            ["SetValueTrace"] = "?setValueTrace@tracer@jit@torch@@YAXAEBUIValue@c10@@PEAUValue@23@@Z",
            ["GetValueTrace"] = "?getValueTrace@tracer@jit@torch@@YAPEAUValue@23@AEBUIValue@c10@@@Z",
            ["CreateNode"] = "?createNode@TracingState@tracer@jit@torch@@QEAAPEAUNode@34@USymbol@c10@@_K@Z",
            ["InsertNode"] = "?insertNode@TracingState@tracer@jit@torch@@QEAAXPEAUNode@34@@Z",
            ["AddOutput"] = "?addOutput@Node@jit@torch@@QEAAPEAUValue@23@XZ",
            ["AddInput"] = "?addInput@Node@jit@torch@@QEAAPEAUValue@23@PEAU423@@Z",
            ["InferTypeFrom"] = "?inferTypeFrom@Value@jit@torch@@QEAAXAEBVTensor@at@@@Z",
            ["GraphToString"] = "?toString@Graph@jit@torch@@QEBA?AV?$basic_string@DU?$char_traits@D@std@@V?$allocator@D@2@@std@@_N@Z",
            ["FindAllNodes"] = "?findAllNodes@jit@torch@@YA?AV?$vector@PEAUNode@jit@torch@@V?$allocator@PEAUNode@jit@torch@@@std@@@std@@AEAUGraph@12@USymbol@c10@@_N@Z",
            ["ToValue"] = "?toIValue@jit@torch@@YA?AV?$optional@UIValue@c10@@@std@@PEBUValue@12@@Z",
            ["Symbol"] = "?fromQualString@Symbol@c10@@SA?AU12@AEBV?$basic_string@DU?$char_traits@D@std@@V?$allocator@D@2@@std@@@Z",
            ["SetWarn"] = "?setWarn@tracer@jit@torch@@YAXP6AXAEBV?$basic_string@DU?$char_traits@D@std@@V?$allocator@D@2@@std@@@Z@Z",
            ["GlobalContext"] = "?globalContext@at@@YAAEAVContext@1@XZ",
            ["EnableOneDnn"] = "?setUserEnabledMkldnn@Context@at@@QEAAX_N@Z",
            ["EnableNnpack"] = "?setUserEnabledNNPACK@Context@at@@QEAAX_N@Z",
            ["SetAutocast"] = "?set_autocast_enabled@autocast@at@@YAXW4DeviceType@c10@@_N@Z",
            ["SetAutocastType"] = "?set_autocast_dtype@autocast@at@@YAXW4DeviceType@c10@@W4ScalarType@4@@Z",
            ["ClearAutocastCache"] = "?clear_cache@autocast@at@@YAXXZ",
        },
    };
}
