using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Compiled reads and writes of a member.</summary>
internal static class MemberAccess
{
    public static Func<TRow, T> Reader<TRow, T>(MemberInfo member)
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, T>>(Expression.MakeMemberAccess(row, member), row).Compile();
    }

    public static Action<TRow, T> Writer<TRow, T>(MemberInfo member)
    {
        ParameterExpression row = Expression.Parameter(typeof(TRow));
        ParameterExpression value = Expression.Parameter(typeof(T));
        return Expression.Lambda<Action<TRow, T>>(Expression.Assign(Expression.MakeMemberAccess(row, member), value), row, value).Compile();
    }

    public static bool CanRead(MemberInfo member) =>
        member is FieldInfo || ((PropertyInfo)member).GetGetMethod() != null;
}
