namespace MLNetGen.Tests;

/// <summary>A test that asks Python modules, skipped where one is absent.</summary>
public sealed class PythonFactAttribute : FactAttribute
{
    public PythonFactAttribute(params string[] modules) => Skip = PythonModules.ReasonToSkip(modules);
}
