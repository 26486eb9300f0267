namespace MLNetGen.Tests;

/// <summary>A theory that asks Python modules, skipped where one is absent.</summary>
public sealed class PythonTheoryAttribute : TheoryAttribute
{
    public PythonTheoryAttribute(params string[] modules) => Skip = PythonModules.ReasonToSkip(modules);
}
